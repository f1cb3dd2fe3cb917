// The arguments of one command, read from left to right: the shared productions of RFC 9051 section 9. Literals stand in
// place, as they came: `{5}` CRLF and five octets. Small readers (`readFetch`, `readSearch` ...) are composed of these
// methods; each leaves the reader behind what it has read, or throws SyntaxFault.
//
// Liberties: UTF-8 in quoted strings is taken whether or not the client has enabled it (RFC 6855 3 lets a server that
// offers UTF8=ACCEPT do so); spaces before the end of the line are let pass.

import { utf8 } from "../../base/bytes.ts";
import { imapNestingMax } from "../../base/limits.ts";
import type { Sentence } from "../language/speech.ts";
import { isAstringChar, isAtomChar, isDigit, isListChar, octet, octetClass } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";

/** How mailbox names are written on the wire: modified UTF-7 (RFC 3501 5.1.3), or UTF-8 once that is enabled (RFC 9051 5.1). */
export type NameForm = "modified-utf-7" | "utf-8";

export interface ReaderOptions {
  readonly names: NameForm;
  /** How deep lists may nest: `imapNestingMax`, or `imapNestingBeforeLoginMax`. */
  readonly nestingMax: number;
}

const afterLogin: ReaderOptions = { names: "modified-utf-7", nestingMax: imapNestingMax };

// RFC 6855 3: octets that are not UTF-8 are answered BAD. A BOM is a character like any other.
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const number32Max = 0xffff_ffff;
/** RFC 9051 9: number64 is an unsigned 63-bit integer. */
const number64Max = 0x7fff_ffff_ffff_ffffn;

export class ArgumentReader {
  readonly #bytes: Uint8Array;
  readonly #nestingMax: number;
  readonly names: NameForm;
  #at = 0;
  #nesting = 0;

  constructor(bytes: Uint8Array, options: ReaderOptions = afterLogin) {
    this.#bytes = bytes;
    this.#nestingMax = options.nestingMax;
    this.names = options.names;
  }

  /** The next octet, or -1 at the end. */
  peek(): number {
    return this.#bytes[this.#at] ?? -1;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Nothing may follow but spaces. */
  end(): void {
    while (this.peek() === octet.space) this.#at++;
    if (!this.atEnd) throw new SyntaxFault("Too many arguments");
  }

  /** Takes the octet if it is next. */
  take(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  /** Takes the octet, which must be next. */
  expect(byte: number): void {
    if (this.#bytes[this.#at] !== byte) throw new SyntaxFault(`Expected "${String.fromCharCode(byte)}"`);
    this.#at++;
  }

  /** SP: exactly one space. */
  space(): void {
    if (this.#bytes[this.#at] !== octet.space)
      throw new SyntaxFault(this.atEnd ? "Argument missing" : "Expected a space");
    this.#at++;
  }

  /** Opens a list; how deep lists nest is bounded. `close` or `takeClose` ends it. */
  open(): void {
    this.expect(octet.open);
    this.enter();
  }

  takeOpen(): boolean {
    if (this.peek() !== octet.open) return false;
    this.open();
    return true;
  }

  close(): void {
    this.expect(octet.close);
    this.leave();
  }

  takeClose(): boolean {
    if (this.peek() !== octet.close) return false;
    this.close();
    return true;
  }

  /** One level deeper, for what nests without parentheses (NOT). */
  enter(): void {
    if (++this.#nesting > this.#nestingMax) throw new SyntaxFault("Nested too deep");
  }

  leave(): void {
    this.#nesting--;
  }

  /** `"(" item *(SP item) ")"`. */
  list<T>(item: () => T): T[] {
    this.open();
    return this.#items(item);
  }

  /** `"(" [item *(SP item)] ")"`. */
  listOrEmpty<T>(item: () => T): T[] {
    this.open();
    return this.takeClose() ? [] : this.#items(item);
  }

  #items<T>(item: () => T): T[] {
    const items = [item()];
    while (!this.takeClose()) {
      this.space();
      items.push(item());
    }
    return items;
  }

  /** atom, as it is spelled. */
  atom(): string {
    return this.#run(isAtomChar, "Expected an atom");
  }

  /** A word of the grammar in capitals: an atom that ends before "[" or "<" too, as in BODY[TEXT]. Empty when none is next. */
  word(): string {
    const bytes = this.#bytes;
    let at = this.#at;
    let word = "";
    for (;;) {
      let byte = bytes[at] ?? 0;
      if ((octetClass[byte] ?? 0) % 2 === 0 || byte === octet.openBracket || byte === octet.less) break;
      if (byte >= 0x61 && byte <= 0x7a) byte -= 0x20;
      word += String.fromCharCode(byte);
      at++;
    }
    this.#at = at;
    return word;
  }

  /** Takes the word, in any letter case, if just that word is next. */
  takeWord(word: string): boolean {
    const start = this.#at;
    if (this.word() === word) return true;
    this.#at = start;
    return false;
  }

  /** Takes the text, ASCII in capitals, if just that is next in any letter case. */
  takeText(text: string): boolean {
    const end = this.#at + text.length;
    if (end > this.#bytes.length || this.#ascii(this.#at, end).toUpperCase() !== text) return false;
    this.#at = end;
    return true;
  }

  /** astring as text: octets that are not UTF-8 are a fault. */
  astring(): string {
    if (this.#isString()) return this.string();
    return this.#run(isAstringChar, "Expected a string");
  }

  /** astring as octets, for text in a charset that the client names. */
  astringBytes(): Uint8Array {
    if (this.#isString()) return this.stringBytes();
    return utf8(this.#run(isAstringChar, "Expected a string"));
  }

  /** list-mailbox: an astring that may hold wildcards. */
  listMailbox(): string {
    if (this.#isString()) return this.string();
    return this.#run(isListChar, "Expected a mailbox pattern");
  }

  /** nstring: null for NIL. */
  nstring(): string | null {
    if (this.#isString()) return this.string();
    this.nil();
    return null;
  }

  /** nstring or literal8 (RFC 4466 6: value) as octets, the caller's to keep: null for NIL. */
  anyValue(): Uint8Array | null {
    if (this.take(octet.tilde)) return this.#literal("any-octets").slice();
    if (this.#isString()) return this.stringBytes().slice();
    this.nil();
    return null;
  }

  nil(): void {
    if (!this.takeWord("NIL")) throw new SyntaxFault(this.atEnd ? "Argument missing" : "Expected a string or NIL");
  }

  /** string: quoted or literal. */
  string(): string {
    return decodeText(this.stringBytes());
  }

  stringBytes(): Uint8Array {
    return this.peek() === octet.quote ? this.#quoted() : this.#literal();
  }

  /** quoted, and nothing else. */
  quoted(): string {
    if (this.peek() !== octet.quote) throw new SyntaxFault("Expected a quoted string");
    return decodeText(this.#quoted());
  }

  /** number: 0 to 2^32-1. */
  number(): number {
    const value = this.#digits();
    if (value > number32Max) throw new SyntaxFault("Number out of range");
    return value;
  }

  /** nz-number: 1 to 2^32-1. */
  nzNumber(): number {
    const value = this.number();
    if (value === 0) throw new SyntaxFault("Zero is not allowed here");
    return value;
  }

  /**
   * number64: up to 2^63-1. Beyond 2^53-1 it is read as 2^53-1: no size, offset or mod-sequence of ours comes near, so
   * that every comparison has the same outcome.
   */
  number64(): number {
    const start = this.#at;
    const value = this.#digits();
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    if (BigInt(this.#ascii(start, this.#at)) > number64Max) throw new SyntaxFault("Number out of range");
    return Number.MAX_SAFE_INTEGER;
  }

  /** nz-number64. */
  nzNumber64(): number {
    const value = this.number64();
    if (value === 0) throw new SyntaxFault("Zero is not allowed here");
    return value;
  }

  #isString(): boolean {
    const byte = this.peek();
    return byte === octet.quote || byte === octet.openBrace;
  }

  /** The longest run of octets of one class, at least one. */
  #run(kind: number, fault: Sentence): string {
    const start = this.#at;
    let at = start;
    while (((octetClass[this.#bytes[at] ?? 0] ?? 0) & kind) !== 0) at++;
    if (at === start) throw new SyntaxFault(this.atEnd ? "Argument missing" : fault);
    this.#at = at;
    return this.#ascii(start, at);
  }

  #ascii(from: number, to: number): string {
    let text = "";
    for (let at = from; at < to; at++) text += String.fromCharCode(this.#bytes[at] ?? 0);
    return text;
  }

  /** At most 19 digits count (2^63-1 has 19); the value is exact up to 2^53. */
  #digits(): number {
    const start = this.#at;
    let value = 0;
    for (;;) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (((octetClass[byte] ?? 0) & isDigit) === 0) break;
      value = value * 10 + (byte - octet.zero);
      this.#at++;
    }
    if (this.#at === start) throw new SyntaxFault("Expected a number");
    if (this.#at - start > 19) throw new SyntaxFault("Number out of range");
    return value;
  }

  #quoted(): Uint8Array {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let escapes = 0;
    let at = start;
    for (; ; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === octet.quote) break;
      // TEXT-CHAR leaves out NUL, CR and LF; a quoted string that is never closed ends here too.
      if (byte === 0 || byte === octet.cr || byte === octet.lf) throw new SyntaxFault("Quoted string broken off");
      if (byte !== octet.backslash) continue;
      const escaped = bytes[++at];
      if (escaped !== octet.quote && escaped !== octet.backslash)
        throw new SyntaxFault("Wrong escape in a quoted string");
      escapes++;
    }
    this.#at = at + 1;
    if (escapes === 0) return bytes.subarray(start, at);
    const plain = new Uint8Array(at - start - escapes);
    let to = 0;
    for (let from = start; from < at; from++) {
      if (bytes[from] === octet.backslash) from++;
      plain[to++] = bytes[from] ?? 0;
    }
    return plain;
  }

  #literal(octets: "no-nul" | "any-octets" = "no-nul"): Uint8Array {
    if (!this.take(octet.openBrace)) throw new SyntaxFault(this.atEnd ? "Argument missing" : "Expected a string");
    const length = this.#digits();
    this.take(octet.plus);
    if (!this.take(octet.closeBrace) || !this.take(octet.cr) || !this.take(octet.lf)) {
      throw new SyntaxFault("Malformed literal");
    }
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new SyntaxFault("Malformed literal");
    const value = this.#bytes.subarray(this.#at, end);
    // RFC 9051 9: literal = ... *CHAR8, any octet except NUL.
    if (octets === "no-nul" && value.includes(0)) throw new SyntaxFault("NUL in a literal");
    this.#at = end;
    return value;
  }
}

/** Octets as text; anything that is not UTF-8 is a fault. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > 64) return decodeStrictly(bytes);
  let text = "";
  for (const byte of bytes) {
    if (byte >= 0x80) return decodeStrictly(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeStrictly(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new SyntaxFault("Text is not UTF-8");
  }
}
