// Why a session ends, and what it says then (RFC 9051 7.1.5).

import type { ReadEnd } from "../net/connection.ts";
import type { EndReason } from "./events.ts";
import type { Sentence } from "./language/speech.ts";

export const reasons = {
  end: "client",
  idle: "idle",
  stopping: "stopping",
  unreadable: "unreadable",
} as const satisfies Record<ReadEnd | "unreadable", EndReason>;

/** A client that said LOGOUT has been told already. */
export const farewells: Readonly<Record<EndReason, Sentence | null>> = {
  client: null,
  idle: "Nothing was heard for too long",
  stopping: "The server is stopping",
  "turned-out": "The session has been ended",
  "too-many-faults": "Too much that is not IMAP",
  unreadable: "What was sent is not compressed, or too dense",
  "too-many-failed-logins": "Too many failed logins",
  "connection-lost": null,
  // It would be taken for a part of the literal that is missing.
  "broken-reply": null,
};
