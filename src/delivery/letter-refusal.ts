// What is refused of a message because of what it says, beside the problems that every service shares.

import { Refusal } from "../base/refusal.ts";

export type LetterProblem =
  /** It has been here before, or has come too far (RFC 5321 6.3). */
  | { readonly kind: "mail-loop" }
  /** From, Sender or their Resent forms are repeated, or are not strictly lists of addresses (RFC 5322 3.6.2). */
  | { readonly kind: "author-unclear" }
  /** As many recipients wait for delivery as may. */
  | { readonly kind: "queue-full" };

export class LetterRefusal extends Refusal<LetterProblem> {}

export function refuseLetter(problem: LetterProblem): LetterRefusal {
  return new LetterRefusal(problem);
}
