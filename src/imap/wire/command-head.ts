// The head of a command: its tag and its name (RFC 9051 9: command, tag). "UID FETCH" is FETCH with UID numbering.

import { imapNameBytesMax, imapTagBytesMax } from "../../base/limits.ts";
import type { Sentence } from "../language/speech.ts";
import type { OctetQueue } from "./octet-queue.ts";
import { isAtomChar, isTagChar, octet, octetClass } from "./octets.ts";

/** Whether a command names messages by sequence number or by UID (RFC 9051 6.4.9). */
export type Numbering = "seq" | "uid";

export interface CommandHead {
  readonly tag: string;
  /** In capitals. */
  readonly name: string;
  readonly numbering: Numbering;
}

export type ParsedHead =
  | { readonly head: CommandHead; readonly argsAt: number }
  /** `tag` is null when there is none to answer to. */
  | { readonly head: null; readonly tag: string | null; readonly text: Sentence };

/** Reads the head of the line from offset 0 to `end`; `argsAt` is behind the space that follows the name. */
export function readHead(queue: OctetQueue, end: number): ParsedHead {
  const tagEnd = runEnd(queue, 0, Math.min(end, imapTagBytesMax + 1), isTagChar);
  if (tagEnd === 0 || tagEnd > imapTagBytesMax || (tagEnd < end && queue.at(tagEnd) !== octet.space)) {
    return { head: null, tag: null, text: "Invalid tag" };
  }
  const tag = asciiText(queue, 0, tagEnd);
  let nameEnd = nameEndAt(queue, tagEnd + 1, end);
  let name = upperText(queue, tagEnd + 1, nameEnd);
  if (name === "UID") {
    const start = nameEnd + 1;
    nameEnd = nameEndAt(queue, start, end);
    name = upperText(queue, start, nameEnd);
    if (name !== "") return { head: { tag, name, numbering: "uid" }, argsAt: Math.min(nameEnd + 1, end) };
  }
  if (name === "") return { head: null, tag, text: tagEnd >= end - 1 ? "Command missing" : "Invalid command name" };
  return { head: { tag, name, numbering: "seq" }, argsAt: Math.min(nameEnd + 1, end) };
}

/** The end of the name that begins at `from`; `from` when there is none. */
function nameEndAt(queue: OctetQueue, from: number, end: number): number {
  if (from >= end) return from;
  const nameEnd = runEnd(queue, from, Math.min(end, from + imapNameBytesMax + 1), isAtomChar);
  const isWhole = nameEnd === end || queue.at(nameEnd) === octet.space;
  return isWhole && nameEnd - from <= imapNameBytesMax ? nameEnd : from;
}

function runEnd(queue: OctetQueue, from: number, end: number, kind: number): number {
  let at = from;
  while (at < end && ((octetClass[queue.at(at)] ?? 0) & kind) !== 0) at++;
  return at;
}

function asciiText(queue: OctetQueue, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(queue.at(at));
  return text;
}

function upperText(queue: OctetQueue, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at++) {
    const byte = queue.at(at);
    text += String.fromCharCode(byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
  }
  return text;
}
