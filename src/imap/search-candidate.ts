// A message that a SEARCH looks at, and what has been read of it so far: first only what the view knows, then what was
// stored at delivery, then its header, then all of it. Nothing is read that does not decide.

import type { ContentFacts, MessageFacts } from "../mailbox/open-mailbox.ts";
import { parseDateTime } from "../mime/date-time.ts";
import { findFieldValue, type HeaderField, headerFields } from "../mime/header-fields.ts";
import { octetString } from "../mime/octets.ts";
import type { Part } from "../mime/part.ts";
import { decodedFieldValues, headerText, readableTexts } from "../mime/readable-text.ts";
import { foldText } from "../mime/search-text.ts";
import { dayMs } from "./wire/date-time.ts";

export interface Candidate {
  readonly seq: number;
  readonly facts: MessageFacts;
  /** Each of these is undefined until it has been read. */
  readonly content?: ContentFacts | undefined;
  readonly savedAtMs?: number | null | undefined;
  readonly header?: SearchedHeader | undefined;
  readonly text?: SearchedText | undefined;
}

/** A message's header as SEARCH compares it: decoded and folded. */
export class SearchedHeader {
  readonly #header: string;
  readonly #fields: readonly HeaderField[];
  readonly #folded = new Map<string, readonly string[]>();

  constructor(header: Uint8Array) {
    this.#header = octetString(header);
    this.#fields = headerFields(this.#header);
  }

  /** RFC 9051 6.4.4: HEADER: a field of that name that contains the text; "" matches any that is there. */
  has(name: string, folded: string): boolean {
    const key = name.toLowerCase();
    let values = this.#folded.get(key);
    if (values === undefined) {
      values = decodedFieldValues(this.#header, this.#fields, key).map(foldText);
      this.#folded.set(key, values);
    }
    return values.some((value) => value.includes(folded));
  }

  /** The day of the Date field as its sender wrote it, in days since 1970-01-01; null without one. */
  sentDay(): number | null {
    const date = parseDateTime(findFieldValue(this.#header, this.#fields, "date") ?? "");
    return date === null ? null : Math.floor((date.epochMs + date.offsetMinutes * 60_000) / dayMs);
  }
}

/** All text of a message as SEARCH compares it, decoded part by part as far as it takes to find something. */
export class SearchedText {
  readonly #body: FoldedTexts;
  readonly #headers: FoldedTexts;

  constructor(message: Uint8Array, root: Part) {
    this.#body = new FoldedTexts(readableTexts(message, root));
    this.#headers = new FoldedTexts(allHeaders(message, root));
  }

  /** BODY. */
  bodyHas(folded: string): boolean {
    return this.#body.includes(folded);
  }

  /** TEXT: "the header (including MIME header fields) or body of the message" (RFC 9051 6.4.4). */
  has(folded: string): boolean {
    return this.#headers.includes(folded) || this.#body.includes(folded);
  }
}

function* allHeaders(message: Uint8Array, part: Part): Generator<string> {
  yield headerText(message.subarray(part.headerStart, part.bodyStart));
  for (const child of part.children) yield* allHeaders(message, child);
}

/** Texts that are folded once, for all keys of a search. */
class FoldedTexts {
  readonly #folded: string[] = [];
  readonly #rest: Iterator<string>;

  constructor(texts: Iterator<string>) {
    this.#rest = texts;
  }

  includes(needle: string): boolean {
    if (needle === "" || this.#folded.some((text) => text.includes(needle))) return true;
    for (let next = this.#rest.next(); next.done !== true; next = this.#rest.next()) {
      const text = foldText(next.value);
      this.#folded.push(text);
      if (text.includes(needle)) return true;
    }
    return false;
  }
}
