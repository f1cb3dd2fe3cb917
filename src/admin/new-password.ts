// The password that somebody chose for an account, or one that is made for them.

import type { Entropy } from "../base/clock.ts";
import { prepareCredential } from "../sasl/saslprep.ts";
import { type Arguments, flag, type Parameter, UsageFault } from "./verb.ts";

/** Parameters of every verb that sets a password. */
export const passwordParameters: readonly Parameter[] = [
  {
    name: "password",
    kind: "secret",
    presence: "optional",
    placeholder: "PASSWORD",
    help: "read the password from the first line of standard input",
  },
  flag("generate-password", "make a password and print it; also done when none is given"),
];

export interface NewPassword {
  /** Prepared for keeping. */
  readonly password: string;
  /** Shown once, when it was made here. */
  readonly generated: string | undefined;
}

/** What the arguments ask for. Throws UsageFault for a password that nobody could log in with. */
export function newPassword(given: Arguments, entropy: Entropy): NewPassword {
  const chosen = given.optional("password");
  if (chosen === undefined || given.flag("generate-password") === "given") {
    const generated = generatedPassword(entropy);
    return { password: generated, generated };
  }
  const password = prepareCredential(chosen);
  if (password === undefined)
    throw new UsageFault("The password is empty, too long, or has characters that cannot be typed.");
  return { password, generated: undefined };
}

// Without what is taken for something else when read aloud or off a paper: 0 o, 1 l i.
const alphabet = "23456789abcdefghjkmnpqrstuvwxyz";
const groups = 4;
const groupLength = 4;

/** `k7mq-9tfh-wr3x-pv8d`: 79 bits, easy to type on a phone. */
export function generatedPassword(entropy: Entropy): string {
  const letters: string[] = [];
  // A byte beyond the last whole alphabet would make its first letters more likely.
  const bytesMax = 256 - (256 % alphabet.length);
  while (letters.length < groups * groupLength)
    for (const byte of entropy.bytes(groups * groupLength)) {
      if (byte < bytesMax) letters.push(alphabet.charAt(byte % alphabet.length));
    }
  return Array.from({ length: groups }, (_, at) =>
    letters.slice(at * groupLength, (at + 1) * groupLength).join(""),
  ).join("-");
}
