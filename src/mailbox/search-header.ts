// The leaves of a search that are decided by the fields of a message's header (RFC 9051 6.4.4 HEADER: "in the text of the
// header field (what comes after the colon)"). Only the header is read of a large message.

import { headerBytesMax } from "../base/limits.ts";
import { fieldTexts, headerBytesUsual, headerEnd } from "../mime/field-texts.ts";
import { headerFields } from "../mime/header-fields.ts";
import { isEightBit, octetString } from "../mime/octets.ts";
import { foldablePieces } from "../mime/search-text.ts";
import { storedTextCharset } from "../mime/stored-envelope.ts";
import { textPieceCharacters } from "../mime/text-pieces.ts";
import { TextScanner } from "../mime/text-scanner.ts";
import type { ContentId } from "../model/ids.ts";
import type { OpenMailbox, StoredBody } from "./open-mailbox.ts";
import type { SearchBlock } from "./search-block.ts";
import { cost, type SearchPace } from "./search-pace.ts";
import { foldOf, type Leaf } from "./search-plan.ts";

/** The leaves about one field. */
interface FieldHunt {
  /** In lower case. */
  readonly field: string;
  readonly leaves: readonly Leaf[];
  readonly scanner: TextScanner;
}

export class HeaderJudge {
  readonly #mailbox: OpenMailbox;
  readonly #pace: SearchPace;
  readonly #fold: (text: string) => string;
  readonly #hunts: readonly FieldHunt[];

  constructor(mailbox: OpenMailbox, leaves: readonly Leaf[], pace: SearchPace) {
    this.#mailbox = mailbox;
    this.#pace = pace;
    this.#fold = foldOf(leaves);
    this.#hunts = huntsOf(leaves, this.#fold);
  }

  /** Decides all leaves on the row. */
  async judge(block: SearchBlock, row: number): Promise<void> {
    const content = block.content(row);
    const header = octetString(await readHeader(await this.#mailbox.body(content)));
    const charset = isEightBit(header) ? await this.#textCharset(content) : null;
    const fields = headerFields(header);
    const turn = this.#pace.spend(cost.rowNs + header.length * cost.structureByteNs);
    if (turn !== undefined) await turn;
    for (const { field, leaves, scanner } of this.#hunts) {
      scanner.reset();
      const named = fields.filter(({ name }) => name === field);
      for (const piece of foldablePieces(fieldTexts(header, named, charset), textPieceCharacters)) {
        const looks = scanner.missing;
        scanner.push(this.#fold(piece));
        const turn = this.#pace.spend(piece.length * (cost.characterNs + looks * cost.lookNs));
        if (turn !== undefined) await turn;
        if (scanner.missing === 0) break;
      }
      for (const [at, leaf] of leaves.entries()) block.decide(leaf, row, scanner.found[at] === 1);
      const turn = this.#pace.spend(fields.length * cost.verdictNs + leaves.length * cost.verdictNs);
      if (turn !== undefined) await turn;
    }
  }

  async #textCharset(content: ContentId): Promise<string | null> {
    const [facts] = await this.#mailbox.contents([content]);
    return facts === undefined ? null : storedTextCharset(facts.bodyStructure);
  }
}

function huntsOf(leaves: readonly Leaf[], fold: (text: string) => string): FieldHunt[] {
  const byField = new Map<string, { leaves: Leaf[]; needles: string[] }>();
  for (const leaf of leaves) {
    const { criterion } = leaf;
    if (criterion.kind !== "header") continue;
    const field = criterion.field.toLowerCase();
    const hunt = byField.get(field) ?? { leaves: [], needles: [] };
    byField.set(field, hunt);
    hunt.leaves.push(leaf);
    hunt.needles.push(fold(criterion.text));
  }
  return Array.from(byField, ([field, hunt]) => ({
    field,
    leaves: hunt.leaves,
    scanner: new TextScanner(hunt.needles),
  }));
}

/** The header, perhaps with something of the body behind it. */
async function readHeader(body: StoredBody): Promise<Uint8Array> {
  const beginning = await body.slice(0, headerBytesUsual);
  const end = headerEnd(beginning);
  if (end > 0 || body.size <= headerBytesUsual) return beginning.subarray(0, end > 0 ? end : undefined);
  return await body.slice(0, headerBytesMax);
}
