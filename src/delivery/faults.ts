// Why a mailbox did not take a message, as a report says it (RFC 3463).

import type { ProblemKind } from "../model/problem.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { LetterRefusal } from "./letter-refusal.ts";
import type { Fault, Outcome } from "./outcome.ts";

/** Failures that another attempt will not mend; every other refusal, and every bug, may pass. */
const lasting: Partial<Record<ProblemKind, readonly [status: string, text: string]>> = {
  "account-missing": ["5.1.1", "There is no such mailbox."],
  "recipient-unknown": ["5.1.1", "There is no such mailbox."],
  "message-too-large": ["5.3.4", "The message is larger than this server takes."],
};

const passing: Partial<Record<ProblemKind, readonly [status: string, text: string]>> = {
  "over-quota": ["4.2.2", "The mailbox is full."],
  "mailbox-full": ["4.2.2", "The mailbox is full."],
  "disk-full": ["4.3.1", "This server's disk is full."],
};

/** An operator should hear of it: a bug, or what the disk has done. Full mailboxes and the like are nothing to hear of. */
export function isOurFault(error: unknown): boolean {
  if (error instanceof LetterRefusal) return false;
  return !(error instanceof ProblemRefusal) || storeFaults.has(error.problem.kind);
}

const storeFaults: ReadonlySet<ProblemKind> = new Set(["disk-full", "store-unavailable", "data-damaged"]);

/** The outcome of an attempt that threw. */
export function outcomeOf(error: unknown): Extract<Outcome, { readonly kind: "deferred" | "failed" }> {
  // RFC 3463 3.5: X.4.6, routing loop detected.
  if (error instanceof LetterRefusal && error.problem.kind === "mail-loop")
    return { kind: "failed", fault: faultOf(["5.4.6", "The message goes in circles."]) };
  const kind = error instanceof ProblemRefusal ? error.problem.kind : undefined;
  const last = kind === undefined ? undefined : lasting[kind];
  if (last !== undefined) return { kind: "failed", fault: faultOf(last) };
  const pass = kind === undefined ? undefined : passing[kind];
  return { kind: "deferred", fault: faultOf(pass ?? ["4.3.0", "This server cannot file the message at the moment."]) };
}

function faultOf([status, text]: readonly [string, string]): Fault {
  return { status, text, remote: undefined };
}
