// Octets to the client (RFC 9051 4, 9), put together in one buffer that is used again and again: constants, digits and
// bytes go straight to their places, no string is built on the way. `take` copies out what was written and lends the
// buffer to the next writer, so that an idle session holds none. bench/imap-wire.ts has the figures.

import { imapCopiedOctetsMax, imapReplyPieceBytes } from "../../base/limits.ts";
import type { FlagSet } from "../../model/flags.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import type { UidSet } from "../../model/uid-set.ts";
import { type Sentence, type SpokenLanguage, spoken } from "../language/speech.ts";
import type { NameForm } from "./argument-reader.ts";
import { flagListBytes } from "./flag-list-bytes.ts";
import { encodeModifiedUtf7 } from "./mailbox-codec.ts";
import { isAstringChar, octet, octetClass } from "./octets.ts";

const nothing = new Uint8Array(0);
/** A piece of a long reply, and the message that makes it long enough to be sent. */
const bufferBytes = imapReplyPieceBytes + imapCopiedOctetsMax + 4 * 1024;
/** Where the spare is lent out: room for a few lines, doubled as they become more. */
const firstBytes = 512;
const encoder = new TextEncoder();

/** The buffer that no writer holds. Writers fill and empty theirs between two waits, so one serves many sessions. */
let spare: Uint8Array | null = null;

export class Writer {
  /** "utf-8" also means that quoted strings may hold UTF-8 (RFC 6855 3). */
  names: NameForm;
  /** In which it speaks to people (RFC 5255 3). */
  language: SpokenLanguage = "i-default";
  #bytes: Uint8Array = nothing;
  #length = 0;
  #isFirst = true;

  constructor(names: NameForm = "modified-utf-7") {
    this.names = names;
  }

  /** How many octets are waiting to be taken. */
  get length(): number {
    return this.#length;
  }

  /** What was written since the last call; the caller's to keep. */
  take(): Uint8Array {
    if (this.#length === 0) return nothing;
    const written = this.#bytes.slice(0, this.#length);
    if (this.#bytes.length === bufferBytes) spare = this.#bytes;
    this.#bytes = nothing;
    this.#length = 0;
    return written;
  }

  /** What was written since the last call, where it is: good until more is written, or for good after `giveAway`. */
  lend(): Uint8Array {
    const written = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return written;
  }

  giveAway(): void {
    this.#bytes = nothing;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  space(): void {
    this.byte(octet.space);
  }

  crlf(): void {
    if (this.#length + 2 > this.#bytes.length) this.#grow(2);
    this.#bytes[this.#length++] = octet.cr;
    this.#bytes[this.#length++] = octet.lf;
  }

  /** Octets as they are. */
  bytes(octets: Uint8Array): void {
    const length = octets.length;
    if (this.#length + length > this.#bytes.length) this.#grow(length);
    if (length > 32) {
      this.#bytes.set(octets, this.#length);
      this.#length += length;
      return;
    }
    const bytes = this.#bytes;
    let to = this.#length;
    for (let at = 0; at < length; at++) bytes[to++] = octets[at] ?? 0;
    this.#length = to;
  }

  /** Text that is known to be US-ASCII and to break no line. */
  ascii(text: string): void {
    const length = text.length;
    if (this.#length + length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    let to = this.#length;
    for (let at = 0; at < length; at++) bytes[to++] = text.charCodeAt(at);
    this.#length = to;
  }

  /** A whole number, 0 to 2^53-1. */
  number(value: number): void {
    if (this.#length + 16 > this.#bytes.length) this.#grow(16);
    if (value < 1_000_000_000) {
      this.#digits(value, digitsOf(value));
      return;
    }
    const high = Math.floor(value / 1_000_000_000);
    this.#digits(high, digitsOf(high));
    this.#digits(value - high * 1_000_000_000, 9);
  }

  /** The last `count` digits of a number below 10^9. */
  digits(value: number, count: number): void {
    if (this.#length + count > this.#bytes.length) this.#grow(count);
    this.#digits(value, count);
  }

  /** "(": what `next` begins is the first item. Lists may nest. */
  open(): void {
    this.byte(octet.open);
    this.#isFirst = true;
  }

  /** Before each item of a list: a space, except before the first. */
  next(): void {
    if (this.#isFirst) this.#isFirst = false;
    else this.byte(octet.space);
  }

  close(): void {
    this.byte(octet.close);
    this.#isFirst = false;
  }

  nil(): void {
    this.ascii("NIL");
  }

  /** string: quoted where one can hold it, else a literal. NUL has no place in either and is left out. */
  string(text: string): void {
    const kind = textKind(text);
    if (kind === "ascii" || (kind === "unicode" && this.names === "utf-8")) this.#quoted(text);
    else this.literal(encoder.encode(text.replaceAll("\0", "")));
  }

  /** nstring. */
  nstring(text: string | null): void {
    if (text === null) this.nil();
    else this.string(text);
  }

  /** astring: an atom where it can be one. */
  astring(text: string): void {
    if (isAtomLike(text)) this.ascii(text);
    else this.string(text);
  }

  mailbox(name: MailboxName): void {
    this.astring(this.names === "utf-8" ? name : encodeModifiedUtf7(name));
  }

  literal(octets: Uint8Array): void {
    this.literalHead(octets.length, "literal");
    this.bytes(octets);
  }

  /** The announcement of a literal whose octets the caller sends itself. */
  literalHead(length: number, form: "literal" | "literal8"): void {
    if (form === "literal8") this.byte(octet.tilde);
    this.byte(octet.openBrace);
    this.number(length);
    this.byte(octet.closeBrace);
    this.crlf();
  }

  /** `(\Seen $Junk)`. */
  flags(flags: FlagSet): void {
    this.bytes(flagListBytes(flags));
  }

  /** `1:3,5`. */
  numberSet(set: UidSet): void {
    let isFirst = true;
    for (const [from, to] of set.ranges) {
      if (!isFirst) this.byte(octet.comma);
      isFirst = false;
      this.number(from);
      if (from === to) continue;
      this.byte(octet.colon);
      this.number(to);
    }
  }

  /** Text for people (RFC 9051 9: text). Whatever it holds, it stays on its line. */
  text(text: string): void {
    const line = text.replace(/[\0\r\n]/g, " ");
    if (textKind(line) === "ascii") this.ascii(line);
    else this.bytes(encoder.encode(this.names === "utf-8" ? line : line.replace(/[^\x01-\x7f]/g, "?")));
  }

  /** A sentence for people. RFC 5255 3.2: "These responses will be in UTF-8" once a language has been asked for. */
  say(sentence: Sentence): void {
    if (this.language === "i-default") this.text(sentence);
    else this.bytes(encoder.encode(spoken(sentence, this.language)));
  }

  #quoted(text: string): void {
    this.byte(octet.quote);
    const escaped = text.includes('"') || text.includes("\\") ? text.replace(/["\\]/g, "\\$&") : text;
    if (textKind(escaped) === "ascii") this.ascii(escaped);
    else this.bytes(encoder.encode(escaped));
    this.byte(octet.quote);
  }

  /** There must be room. */
  #digits(value: number, count: number): void {
    const bytes = this.#bytes;
    let rest = value;
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const tenth = (rest / 10) | 0;
      bytes[at] = octet.zero + rest - tenth * 10;
      rest = tenth;
    }
    this.#length += count;
  }

  #grow(by: number): void {
    const needed = this.#length + by;
    const roomier = this.#roomier(needed);
    if (this.#length > 0) roomier.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = roomier;
  }

  #roomier(needed: number): Uint8Array {
    const size = Math.max(2 * this.#bytes.length, needed, firstBytes);
    const isLong = size > bufferBytes / 8 && needed <= bufferBytes;
    if (needed > bufferBytes || (spare === null && !isLong)) return new Uint8Array(size);
    // Hundreds of sessions may have a line to say at the same moment, each to its client: one of them has the spare.
    const whole = spare ?? new Uint8Array(bufferBytes);
    spare = null;
    return whole;
  }
}

/** How many digits a number below 10^9 has. */
function digitsOf(value: number): number {
  if (value < 100) return value < 10 ? 1 : 2;
  if (value < 10_000) return value < 1_000 ? 3 : 4;
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  if (value < 100_000_000) return value < 10_000_000 ? 7 : 8;
  return 9;
}

/** "octets" is what no quoted string can hold: line breaks and NUL (RFC 9051 9: QUOTED-CHAR). */
function textKind(text: string): "ascii" | "unicode" | "octets" {
  let kind: "ascii" | "unicode" = "ascii";
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0 || code === octet.cr || code === octet.lf) return "octets";
    if (code >= 0x80) kind = "unicode";
  }
  return kind;
}

/** Whether it is an astring without quotes; NIL is not, since clients may take it for nothing. */
function isAtomLike(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f || ((octetClass[code] ?? 0) & isAstringChar) === 0) return false;
  }
  return text.length > 0 && text.length < 100 && text.toUpperCase() !== "NIL";
}
