// Arguments of IMAP commands written as text, for tests of what reads them.

import { latin1 } from "../../src/base/bytes.ts";
import { imapNestingMax } from "../../src/base/limits.ts";
import { ArgumentReader, type ReaderOptions } from "../../src/imap/wire/argument-reader.ts";

const usual: ReaderOptions = { names: "modified-utf-7", nestingMax: imapNestingMax };

/** One octet a character, as they stand behind the command's name. */
export function argumentsOf(text: string, options: Partial<ReaderOptions> = {}): ArgumentReader {
  return new ArgumentReader(latin1(text), { ...usual, ...options });
}

/** The octets of UTF-8 text, one character an octet: how it looks on the wire. */
export function onTheWire(text: string): string {
  return octetText(new TextEncoder().encode(text));
}

/** One character an octet. */
export function octetText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
