// section, section-binary and partial (RFC 9051 9): which octets of a message BODY[...] and BINARY[...] mean.

import type { ArgumentReader } from "./argument-reader.ts";
import { isDigit, octet, octetClass } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";

export type SectionText = "HEADER" | "HEADER.FIELDS" | "HEADER.FIELDS.NOT" | "TEXT" | "MIME";

export interface Section {
  /** Part numbers from the outside in; none for the whole message. */
  readonly part: readonly number[];
  /** null for all of the part, or of the message. */
  readonly text: SectionText | null;
  /** Names of HEADER.FIELDS and HEADER.FIELDS.NOT, as spelled. */
  readonly fields: readonly string[];
}

/** From the octet `offset`, `length` octets at the most. */
export interface Partial {
  readonly offset: number;
  readonly length: number;
}

const sectionTexts = ["HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME"] as const;

/** `"[" [section-spec] "]"`. */
export function readSection(args: ArgumentReader): Section {
  args.expect(octet.openBracket);
  const { part, goesOn } = readPart(args);
  let text: SectionText | null = null;
  let fields: readonly string[] = [];
  if (part.length === 0 ? args.peek() !== octet.closeBracket : goesOn) {
    const word = args.word();
    text = sectionTexts.find((name) => name === word) ?? null;
    if (text === null || (text === "MIME" && part.length === 0)) throw new SyntaxFault("Invalid section");
    if (text === "HEADER.FIELDS" || text === "HEADER.FIELDS.NOT") {
      args.space();
      fields = args.list(() => readFieldName(args));
    }
  }
  args.expect(octet.closeBracket);
  return { part, text, fields };
}

/** `"[" [section-part] "]"`. */
export function readBinarySection(args: ArgumentReader): readonly number[] {
  args.expect(octet.openBracket);
  const { part, goesOn } = readPart(args);
  if (goesOn) throw new SyntaxFault("Invalid section");
  args.expect(octet.closeBracket);
  return part;
}

/** `["<" number64 "." nz-number64 ">"]`. */
export function readPartial(args: ArgumentReader): Partial | null {
  if (!args.take(octet.less)) return null;
  const offset = args.number64();
  args.expect(octet.dot);
  const length = args.nzNumber64();
  args.expect(octet.greater);
  return { offset, length };
}

/** As it stands between the brackets of the response. */
export function formatSection(section: Section): string {
  const part = section.part.join(".");
  if (section.text === null) return part;
  const dot = part === "" ? "" : ".";
  const fields = section.fields.length === 0 ? "" : ` (${section.fields.map(formatFieldName).join(" ")})`;
  return `${part}${dot}${section.text}${fields}`;
}

/** `nz-number *("." nz-number)`, or nothing; `goesOn` when a "." follows that is not followed by a number. */
function readPart(args: ArgumentReader): { part: number[]; goesOn: boolean } {
  const part: number[] = [];
  if (!isDigitNext(args)) return { part, goesOn: false };
  do {
    part.push(args.nzNumber());
    if (!args.take(octet.dot)) return { part, goesOn: false };
  } while (isDigitNext(args));
  return { part, goesOn: true };
}

function isDigitNext(args: ArgumentReader): boolean {
  return ((octetClass[args.peek()] ?? 0) & isDigit) !== 0;
}

const fieldName = /^[\x21-\x7e]+$/;
const astring = /^[^\x00-\x20\x7f(){%*"\\]+$/;

/** header-fld-name; it is repeated in the response, so nothing that could break out of it may be in it. */
function readFieldName(args: ArgumentReader): string {
  const name = args.astring();
  if (!fieldName.test(name)) throw new SyntaxFault("Invalid header field name");
  return name;
}

function formatFieldName(name: string): string {
  return astring.test(name) ? name : `"${name.replace(/["\\]/g, "\\$&")}"`;
}
