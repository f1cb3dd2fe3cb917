// Mail in many scripts and encodings together with what it says, and a search that only looks at what it says: the naive
// half of a comparison. Nothing here parses or decodes.

import fc from "fast-check";
import type { Criterion, EnvelopeField } from "../../src/mailbox/search-criterion.ts";
import { type FlagSet, flagSet } from "../../src/model/flags.ts";
import { hasUid } from "../../src/model/uid-set.ts";

/** What a message says. */
export interface Said {
  readonly subject: string | null;
  readonly from: string;
  readonly to: readonly string[];
  readonly note: string | null;
  /** The sender's clock, and how many minutes it is east of Universal Time; null without a Date field. */
  readonly sent: { readonly localMs: number; readonly offsetMinutes: number } | null;
  readonly texts: readonly string[];
  readonly flags: FlagSet;
  readonly internalDateMs: number;
}

/** A message as it is stored, with what the store says of it. */
export interface Stored {
  readonly said: Said;
  readonly uid: number;
  readonly modSeq: number;
  readonly size: number;
  readonly content: number;
  readonly thread: number;
  readonly savedAtMs: number;
  readonly recent: boolean;
  readonly otherLines: readonly string[];
}

export const words = [
  ..."Hello World STRASSE straße résumé resume RÉSUMÉ office ﬁne ＡＢＣ naïve İstanbul".split(" "),
  ..."কাজের চিঠি বাংলাদেশ বড় কলম कागज़ पत्र हिन्दी ภาษาไทย ทดสอบ 中文測試 文字 كتاب رسالة שלום".split(" "),
  ..."Привет ПРИВЕТ мир Ёлка ΟΔΟΣ οδός テスト ﾃｽﾄ 한국어 ấm".split(" "),
  ..."e\u0301te\u0301 \u09a1\u09bc soft\u00adware क्\u200dष".split(" "),
  "한국어".normalize("NFD"),
];

const phrase = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((some) => some.join(" "));
const day = 86_400_000;
const someDay = fc.integer({ min: 0, max: 9 }).map((days) => Date.UTC(2026, 0, 5) + days * day);
const moment = fc
  .tuple(someDay, fc.integer({ min: 0, max: day / 1_000 - 1 }))
  .map(([ms, seconds]) => ms + seconds * 1_000);

export const said: fc.Arbitrary<Said> = fc.record({
  subject: fc.option(phrase),
  from: phrase,
  to: fc.array(phrase, { maxLength: 2 }),
  note: fc.option(phrase),
  sent: fc.option(fc.record({ localMs: moment, offsetMinutes: fc.constantFrom(-720, -480, 0, 0, 345, 360, 840) }), {
    freq: 8,
  }),
  texts: fc.array(phrase, { maxLength: 3 }),
  flags: fc
    .tuple(fc.integer({ min: 0, max: 31 }), fc.subarray(["$Work", "$Junk", "paid"]))
    .map(([bits, keywords]) => flagSet(bits, keywords)),
  internalDateMs: moment,
});

const base64 = (text: string, charset: "utf8" | "utf16le" = "utf8"): string =>
  Buffer.from(text, charset).toString("base64").replace(/.{76}/g, "$&\r\n");
const hexOctets = (text: string, escaped: RegExp): string =>
  [...Buffer.from(text)]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return byte < 0x80 && !escaped.test(letter) ? letter : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");

const headerForms: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `=?utf-8?B?${base64(text).replace(/\r\n/g, "")}?=`,
  (text) => `=?UTF-8?q?${hexOctets(text, /[^A-Za-z]/)}?=`,
  // Cut within characters, as some programs do, and folded.
  (text) => {
    const whole = Buffer.from(text);
    const half = whole.length >> 1;
    const [one, two] = [whole.subarray(0, half), whole.subarray(half)].map((part) => part.toString("base64"));
    return `=?utf-8?B?${one}?=\r\n =?utf-8?B?${two}?=`;
  },
];

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const bodyForms: readonly ((text: string) => string)[] = [
  (text) => `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`,
  (text) => `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(text)}\r\n`,
  (text) =>
    `Content-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(text, "utf16le")}\r\n`,
  (text) =>
    `Content-Type: text/plain; charset="UTF-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n` +
    `${hexOctets(text, /=/).replace(/((?:=..|[^=]){9})(?=.)/g, "$1=\r\n")}\r\n`,
  (text) => {
    const html = text.replace(/[&<>]/g, (letter) => entities[letter] ?? letter).replace(/\S+/, "<b>$&</b>");
    return `Content-Type: text/html; charset=utf-8\r\n\r\n<html><style>x</style><p class="a>b">${html.replace(" ", "\r\n ")}</p></html>\r\n`;
  },
];

const months = ["Jan", "Feb", "Mar"];
const two = (number: number): string => String(number).padStart(2, "0");

function dateField({ localMs, offsetMinutes }: NonNullable<Said["sent"]>): string {
  const local = new Date(localMs);
  const zone = Math.abs(offsetMinutes);
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  return (
    `Date: ${local.getUTCDate()} ${months[local.getUTCMonth()]} ${local.getUTCFullYear()} ${time} ` +
    `${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(zone / 60))}${two(zone % 60)}`
  );
}

/** The header lines that are the same in every form, those of parts included. */
export function otherLines(octets: Uint8Array): string[] {
  const lines = Buffer.from(octets).toString("latin1").split("\r\n");
  return lines.filter((line) => /^(?:Message-ID|MIME-Version|Date|Content-[A-Za-z-]+): /.test(line));
}

/** The message's octets; `number` makes it one of its kind and says how it is written. */
export function written(message: Said, number: number): Uint8Array {
  let choice = number;
  const form = <T>(forms: readonly T[]): T => forms[choice++ % forms.length] as T;
  const person = (name: string, at: number): string => `${form(headerForms)(name)} <p${at}@example.org>`;
  const lines = [`From: ${person(message.from, 0)}`, `Message-ID: <${number}@example.org>`, "MIME-Version: 1.0"];
  if (message.to.length > 0) lines.push(`To: ${message.to.map((name, at) => person(name, at + 1)).join(",\r\n\t")}`);
  if (message.subject !== null) lines.push(`Subject: ${form(headerForms)(message.subject)}`);
  if (message.note !== null) lines.push(`X-Note: ${form(headerForms)(message.note)}`);
  if (message.sent !== null) lines.push(dateField(message.sent));
  const parts = message.texts.map((text) => form(bodyForms)(text));
  const [only = "\r\n"] = parts;
  const body =
    parts.length < 2
      ? only
      : `Content-Type: multipart/mixed; boundary=b${number}\r\n\r\n${parts.map((part) => `--b${number}\r\n${part}`).join("")}--b${number}--\r\n`;
  return Buffer.from(`${lines.join("\r\n")}\r\n${body}`);
}

/** The collation in the plainest words. */
const folded = (text: string): string =>
  text
    .replace(/[\u00ad\u200d]/g, "")
    .normalize("NFKC")
    .toUpperCase()
    .toLowerCase()
    .replace(/ς/g, "σ")
    .replace(/i\u0307/g, "i")
    .normalize("NFKC");
const contains = (text: string | null, needle: string): boolean =>
  text !== null && folded(text).includes(folded(needle));

function fieldText({ said: { subject, from, to } }: Stored, field: EnvelopeField): string | null {
  if (field === "subject") return subject;
  if (field === "from") return `${from} <p0@example.org>`;
  if (field !== "to" || to.length === 0) return null;
  return to.map((name, at) => `${name} <p${at + 1}@example.org>`).join(", ");
}

function headerText(message: Stored, field: string): string | null {
  switch (field.toLowerCase()) {
    case "from":
      return fieldText(message, "from");
    case "to":
      return fieldText(message, "to");
    case "subject":
      return message.said.subject;
    case "x-note":
      return message.said.note;
    default:
      return null;
  }
}

function rangedValue(message: Stored, of: Extract<Criterion, { kind: "range" }>["of"]): number | null {
  if (of === "sentLocalMs") return message.said.sent?.localMs ?? null;
  return of === "internalDateMs" ? message.said.internalDateMs : message[of];
}

/** Whether the message matches, one key after another. */
export function matches(message: Stored, criterion: Criterion): boolean {
  const { said: it } = message;
  switch (criterion.kind) {
    case "all":
      return true;
    case "not":
      return !matches(message, criterion.of);
    case "and":
      return criterion.of.every((one) => matches(message, one));
    case "or":
      return criterion.of.some((one) => matches(message, one));
    case "uids":
      return hasUid(criterion.uids, message.uid);
    case "flag":
      return (it.flags.bits & criterion.bit) !== 0;
    case "keyword":
      return it.flags.keywords.some((keyword) => keyword.toLowerCase() === criterion.keyword.toLowerCase());
    case "recent":
      return message.recent;
    case "content":
      return message.content === criterion.content;
    case "thread":
      return message.thread === criterion.thread;
    case "range": {
      const value = rangedValue(message, criterion.of);
      return value !== null && value >= criterion.from && value < criterion.below;
    }
    case "envelope":
      return contains(fieldText(message, criterion.field), criterion.text);
    case "header":
      return contains(headerText(message, criterion.field), criterion.text);
    case "fuzzy":
      throw new Error("what a fuzzy search finds is not for a naive reader to say");
    case "text": {
      const inBody = criterion.text === "" || it.texts.some((text) => contains(text, criterion.text));
      if (criterion.within === "body" || inBody) return inBody;
      if (message.otherLines.some((line) => contains(line, criterion.text))) return true;
      const fields = ["From", "To", "Subject", "X-Note"];
      return fields.some((name) => {
        const text = headerText(message, name);
        return text !== null && contains(`${name}: ${text}`, criterion.text);
      });
    }
  }
}
