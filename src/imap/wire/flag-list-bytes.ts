// flag-list as octets (RFC 9051 9), made once for each combination of flags: a mailbox of 100,000 messages has some dozen.

import { latin1 } from "../../base/bytes.ts";
import { type FlagSet, flagNames } from "../../model/flags.ts";

const made = new WeakMap<FlagSet, Uint8Array>();
const madeWithRecent = new WeakMap<FlagSet, Uint8Array>();

/** `(\Seen $Junk)`. */
export function flagListBytes(flags: FlagSet): Uint8Array {
  const before = made.get(flags);
  if (before !== undefined) return before;
  const bytes = latin1(`(${flagNames(flags).join(" ")})`);
  made.set(flags, bytes);
  return bytes;
}

/** `(\Recent \Seen $Junk)`: RFC 3501 2.3.2, for sessions without IMAP4rev2. */
export function recentFlagListBytes(flags: FlagSet): Uint8Array {
  const before = madeWithRecent.get(flags);
  if (before !== undefined) return before;
  const bytes = latin1(`(${["\\Recent", ...flagNames(flags)].join(" ")})`);
  madeWithRecent.set(flags, bytes);
  return bytes;
}
