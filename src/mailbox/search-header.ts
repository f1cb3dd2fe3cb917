// The leaves of a search that are decided by the fields of a message's header (RFC 9051 6.4.4 HEADER: "in the text of the
// header field (what comes after the colon)"). Only the header is read of a large message.

import { headerBytesMax } from "../base/limits.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import { fieldValue, type HeaderField, headerFields } from "../mime/header-fields.ts";
import { isEightBit, octetString } from "../mime/octets.ts";
import { foldText } from "../mime/search-text.ts";
import { storedTextCharset } from "../mime/stored-envelope.ts";
import { containsNeedle } from "../mime/text-scanner.ts";
import type { OpenMailbox, StoredBody } from "./open-mailbox.ts";
import type { SearchBlock } from "./search-block.ts";
import { cost, type SearchPace } from "./search-pace.ts";
import type { Leaf } from "./search-plan.ts";

/** Decides the leaves on a row. */
export async function judgeHeader(
  mailbox: OpenMailbox,
  block: SearchBlock,
  { leaves, row }: { readonly leaves: readonly Leaf[]; readonly row: number },
  pace: SearchPace,
): Promise<void> {
  const content = block.content(row);
  const header = octetString(await readHeader(await mailbox.body(content)));
  let charset: string | null = null;
  if (isEightBit(header)) {
    const [facts] = await mailbox.contents([content]);
    charset = facts === undefined ? null : storedTextCharset(facts.bodyStructure);
  }
  const searched = new SearchedHeader(header, charset);
  const turn = pace.spend(cost.rowNs + header.length * cost.structureByteNs);
  if (turn !== undefined) await turn;
  for (const leaf of leaves) {
    const { criterion } = leaf;
    if (criterion.kind !== "header") continue;
    block.decide(leaf, row, searched.has(criterion.field.toLowerCase(), foldText(criterion.text)));
    const turn = pace.spend(searched.takeWorkNs());
    if (turn !== undefined) await turn;
  }
}

/** The header, perhaps with something of the body behind it. */
async function readHeader(body: StoredBody): Promise<Uint8Array> {
  const beginning = await body.slice(0, headerBytesUsual);
  const end = headerEnd(beginning);
  if (end > 0 || body.size <= headerBytesUsual) return beginning.subarray(0, end > 0 ? end : undefined);
  return await body.slice(0, headerBytesMax);
}

const headerBytesUsual = 64 * 1024;
const lineFeed = 10;
const carriageReturn = 13;

/** Where the blank line after the header begins, or 0. */
function headerEnd(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    const next = bytes[at + 1];
    if (next === lineFeed || (next === carriageReturn && bytes[at + 2] === lineFeed)) return at + 1;
  }
  return 0;
}

/** Fields of ids, in which nothing is encoded (RFC 2047 5), so that what looks like it is part of the id. */
const idFields = new Set(["message-id", "in-reply-to", "references", "resent-message-id", "content-id"]);
/** Between the fields of one name: no string has it. */
const separator = "\0";

class SearchedHeader {
  readonly #header: string;
  readonly #charset: string | null;
  readonly #byName = new Map<string, HeaderField[]>();
  readonly #folded = new Map<string, string>();
  #workNs = 0;

  constructor(header: string, charset: string | null) {
    this.#header = header;
    this.#charset = charset;
    for (const field of headerFields(header)) {
      const fields = this.#byName.get(field.name);
      if (fields === undefined) this.#byName.set(field.name, [field]);
      else fields.push(field);
    }
  }

  has(name: string, needle: string): boolean {
    const fields = this.#byName.get(name);
    if (fields === undefined) return false;
    let text = this.#folded.get(name);
    if (text === undefined) {
      text = foldText(fields.map((field) => this.#text(field)).join(separator));
      this.#folded.set(name, text);
      this.#workNs += text.length * cost.characterNs;
    }
    this.#workNs += text.length * cost.lookNs;
    return containsNeedle(text, needle);
  }

  takeWorkNs(): number {
    const work = this.#workNs + cost.verdictNs;
    this.#workNs = 0;
    return work;
  }

  #text(field: HeaderField): string {
    const value = fieldValue(this.#header, field);
    const text = decodeHeaderText(value, this.#charset);
    return idFields.has(field.name) && value.includes("=?") ? `${value}${separator}${text}` : text;
  }
}
