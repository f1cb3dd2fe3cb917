// Wire lines without their secrets: what follows LOGIN, AUTHENTICATE, AUTH, PASS and APOP is never logged. The lines that a
// SASL exchange goes on with look like any other; the adapter that reads them does not log them at all.

import { loggedLineCharsMax } from "../base/limits.ts";

// IMAP puts a tag before its command; a literal may bring the secret on a second line, so "." is everything here.
const secretCommands: readonly (readonly [RegExp, string])[] = [
  [/^(\s*\S+\s+LOGIN\b).*$/is, "$1 [secret]"],
  [/^(\s*\S+\s+AUTHENTICATE\s+\S+)\s+\S.*$/is, "$1 [secret]"],
  [/^(\s*AUTH\s+\S+)\s+\S.*$/is, "$1 [secret]"],
  [/^(\s*(?:PASS|APOP)\b).*$/is, "$1 [secret]"],
];

/** `line` as it may be logged, cut to a readable length. */
export function scrubLine(line: string): string {
  let scrubbed = line;
  for (const [command, masked] of secretCommands) scrubbed = scrubbed.replace(command, masked);
  scrubbed = scrubbed.trimEnd();
  return scrubbed.length <= loggedLineCharsMax ? scrubbed : `${scrubbed.slice(0, loggedLineCharsMax)}...`;
}
