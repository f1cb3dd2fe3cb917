// What a message submission agent checks and completes (RFC 6409 6 and 8) before a message is anybody's.
//   checks: whoever From, Sender, Resent-From and Resent-Sender name is an address of the account (RFC 6409 6.1)
//   adds: Date (8.2), Message-ID (8.3), and From when there is none
//   removes: Bcc and Resent-Bcc (RFC 5322 3.6.3 leaves the removal to whoever sends), Return-Path (RFC 5321 4.4)
// All other bytes stay as they came. A message that begins with no header gets a blank line before its text, so that
// every reader finds the text in the same place.

import { concatBytes } from "../base/bytes.ts";
import { headerBytesMax, headerFieldBytesMax } from "../base/limits.ts";
import { fieldValue } from "../mime/header-fields.ts";
import { octets } from "../mime/octets.ts";
import { refuse } from "../model/problem.ts";
import { authorAddresses } from "./author-addresses.ts";
import { withHead } from "./headed-letter.ts";
import type { Letter, LetterHeader } from "./letter.ts";
import { refuseLetter } from "./letter-refusal.ts";
import { fieldBytes } from "./trace-fields.ts";

const authorFields: ReadonlySet<string> = new Set(["from", "sender", "resent-from", "resent-sender"]);
/** Fields of which a message has one at most (RFC 5322 3.6). */
const singleFields: readonly string[] = ["from", "sender"];
const removedFields: ReadonlySet<string> = new Set(["bcc", "resent-bcc", "return-path"]);

/** Throws author-unclear, sender-not-owned, message-too-large. */
export async function checkAuthors(header: LetterHeader, owns: (address: string) => Promise<boolean>): Promise<void> {
  // An author in what nobody has read could be anyone.
  if (header.cutOff) throw refuse({ kind: "message-too-large", limitBytes: headerBytesMax });
  for (const name of singleFields) {
    if (header.fields.filter((field) => field.name === name).length > 1) throw refuseLetter({ kind: "author-unclear" });
  }
  for (const field of header.fields) {
    if (!authorFields.has(field.name)) continue;
    // Of a longer field only the beginning would be looked at.
    const isWhole = field.end - field.valueStart <= headerFieldBytesMax;
    const addresses = isWhole ? authorAddresses(fieldValue(header.text, field)) : undefined;
    if (addresses === undefined) throw refuseLetter({ kind: "author-unclear" });
    for (const address of addresses) if (!(await owns(address))) throw refuse({ kind: "sender-not-owned" });
  }
}

export interface Completion {
  /** Fields to stand before all others: Received, or nothing. */
  readonly trace: string;
  /** For From, when there is none. */
  readonly author: string;
  /** For Date: as RFC 5322 writes it. */
  readonly date: string;
  /** For Message-ID, without its angle brackets. */
  readonly messageId: string;
  /** The sender's own copy keeps Bcc: nobody else knows whom it went to. */
  readonly bcc: "remove" | "keep";
}

/** The letter as it is delivered. It reads from `letter`, which must live as long. */
export function completed(letter: Letter, completion: Completion): Letter {
  const { header } = letter;
  const names = new Set(header.fields.map(({ name }) => name));
  let added = completion.trace;
  if (!names.has("date")) added += `Date: ${completion.date}\r\n`;
  if (!names.has("from")) added += `From: ${completion.author}\r\n`;
  if (!names.has("message-id")) added += `Message-ID: <${completion.messageId}>\r\n`;
  const kept = header.fields.filter(({ name }) => completion.bcc === "keep" || !removedFields.has(name));
  const fields = octets(kept.map(({ start, end }) => header.text.slice(start, end)).join(""));
  return withHead(concatBytes([fieldBytes(added), fields, blankLine(header, letter.size)]), letter, header.end);
}

// RFC 5322 2.1: the body is "separated from the header section by an empty line".
function blankLine(header: LetterHeader, size: number): Uint8Array {
  const next = header.text.slice(header.end, header.end + 2);
  if (next.startsWith("\n") || next === "\r\n") return octets("");
  // The last field may have lost its line end with the end of the message.
  const unfinished = header.end > 0 && header.text[header.end - 1] !== "\n";
  return octets(unfinished ? "\r\n\r\n" : header.end < size ? "\r\n" : "");
}
