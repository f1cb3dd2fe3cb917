// ENABLE (RFC 9051 6.3.1, RFC 5161): `capability *(SP capability)`. What is unknown is for the command to ignore.

import type { ArgumentReader } from "./argument-reader.ts";

/** The capabilities, in capitals. */
export function readEnable(args: ArgumentReader): readonly string[] {
  const capabilities = [args.atom().toUpperCase()];
  while (!args.atEnd) {
    args.space();
    if (!args.atEnd) capabilities.push(args.atom().toUpperCase());
  }
  return capabilities;
}
