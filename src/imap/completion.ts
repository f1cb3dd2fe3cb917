// How a command ends (RFC 9051 7.1): the tagged reply, and what the session becomes.

import type { Sentence } from "./language/speech.ts";
import type { Session } from "./session.ts";
import type { StatusText } from "./wire/status-response.ts";

export interface Completion extends StatusText {
  readonly status: "OK" | "NO" | "BAD";
  readonly next?: Transition;
}

/** What follows the completion. Nothing: the session goes on as it is. */
export type Transition =
  | { readonly kind: "become"; readonly session: Session }
  | { readonly kind: "start-tls" }
  /** The session begins anew, without what was agreed on but TLS (RFC 8437 3). */
  | { readonly kind: "unauthenticate" }
  /** Both sides compress what follows (RFC 4978). */
  | { readonly kind: "compress" }
  /** The completion is said when the client has said DONE; news is told until then (RFC 9051 6.3.13). */
  | { readonly kind: "idle" }
  | { readonly kind: "close" };

/** `ok("FETCH completed")`, `ok("Flags stored", "MODIFIED 7")`. */
export function ok(text: Sentence, code: string | null = null): Completion {
  return { status: "OK", code, text };
}

export function no(text: Sentence, code: string | null = null): Completion {
  return { status: "NO", code, text };
}

export function bad(text: Sentence, code: string | null = null): Completion {
  return { status: "BAD", code, text };
}

/** The completion, after which the session is another one. */
export function become(session: Session, completion: Completion): Completion {
  return { ...completion, next: { kind: "become", session } };
}
