// Parts by IMAP section (RFC 9051 6.4.5): which bytes of the message a section names.

import type { Part } from "./part.ts";

/** Bytes `start..end` of the message. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What of a part is asked for; `null` is its body, or the whole message when no part is named. */
export type SectionText = "HEADER" | "TEXT" | "MIME" | null;

/**
 * The part that `numbers` name, or null. RFC 9051 6.4.5: "Every message has at least one part number. Messages that do
 * not use MIME, and MIME messages that are not multipart and have no encapsulated message within them, only have a
 * part 1." and "Part numbers of an encapsulated MESSAGE/RFC822 ... refer to parts of the message".
 */
export function findPart(root: Part, numbers: readonly number[]): Part | null {
  let part = root;
  // Whether the numbers so far name a message, whose own body is its part 1 unless that is a multipart.
  let isMessage = true;
  for (const number of numbers) {
    if (part.kind === "message" && !isMessage) {
      const embedded = part.children[0];
      if (embedded === undefined) return null;
      part = embedded;
      isMessage = true;
    }
    if (part.kind === "multipart") {
      const child = part.children[number - 1];
      if (child === undefined) return null;
      part = child;
    } else if (!isMessage || number !== 1) return null;
    isMessage = false;
  }
  return part;
}

/** The bytes that a section names; null when the message has no such section. */
export function findSection(root: Part, numbers: readonly number[], text: SectionText): ByteRange | null {
  if (numbers.length === 0) return messageSection(root, text);
  const part = findPart(root, numbers);
  if (part === null) return null;
  switch (text) {
    case null:
      return { start: part.bodyStart, end: part.bodyEnd };
    case "MIME":
      return { start: part.headerStart, end: part.bodyStart };
    case "HEADER":
    case "TEXT": {
      // RFC 9051 6.4.5: HEADER and TEXT after numbers want a part of type MESSAGE/RFC822 or MESSAGE/GLOBAL.
      const embedded = part.kind === "message" ? part.children[0] : undefined;
      return embedded === undefined ? null : messageSection(embedded, text);
    }
  }
}

function messageSection(message: Part, text: SectionText): ByteRange | null {
  switch (text) {
    case null:
      return { start: message.headerStart, end: message.bodyEnd };
    case "HEADER":
      return { start: message.headerStart, end: message.bodyStart };
    case "TEXT":
      return { start: message.bodyStart, end: message.bodyEnd };
    case "MIME":
      return null;
  }
}
