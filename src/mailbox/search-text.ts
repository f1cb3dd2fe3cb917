// The leaves of a search that are decided by a message's text (RFC 9051 6.4.4 BODY and TEXT): one message at a time, part by
// part, piece by piece, until it is known whether the message is found.

import { headerBytesMax, searchWholeBytesMax } from "../base/limits.ts";
import { textCharset } from "../mime/message-summary.ts";
import type { Part } from "../mime/part.ts";
import { foldText } from "../mime/search-text.ts";
import { parseStructure, StructureParser } from "../mime/structure-parser.ts";
import {
  headerTextPieces,
  partTextPieces,
  type TextPart,
  textParts,
  textPieceCharacters,
} from "../mime/text-pieces.ts";
import { TextScanner } from "../mime/text-scanner.ts";
import type { OpenMailbox, StoredBody } from "./open-mailbox.ts";
import type { SearchBlock } from "./search-block.ts";
import { cost, type SearchPace } from "./search-pace.ts";
import { type Leaf, open } from "./search-plan.ts";

/** Strings to look for in some texts of a message, and the leaves that ask for them, in the same order. */
interface Hunt {
  readonly leaves: readonly Leaf[];
  readonly scanner: TextScanner;
}

export class TextJudge {
  readonly #mailbox: OpenMailbox;
  readonly #pace: SearchPace;
  /** In bodies only. */
  readonly #body: Hunt;
  /** In headers and bodies. */
  readonly #message: Hunt;

  constructor(mailbox: OpenMailbox, leaves: readonly Leaf[], pace: SearchPace) {
    this.#mailbox = mailbox;
    this.#pace = pace;
    this.#body = hunt(leaves, "body");
    this.#message = hunt(leaves, "message");
  }

  /** Decides as many leaves on the row as it takes to know its outcome. */
  async judge(block: SearchBlock, row: number): Promise<void> {
    this.#body.scanner.reset();
    this.#message.scanner.reset();
    const body = await this.#mailbox.body(block.content(row));
    const { root, bytes } = await this.#structure(body);
    const read = bytes === null ? windowsOf(body) : (from: number, to: number) => bytes.subarray(from, to);
    for (const part of textParts(root)) {
      if ((await this.#judgePart(block, row, { part, read })) !== open) return;
    }
    for (const { leaves, scanner } of [this.#body, this.#message])
      for (const [at, leaf] of leaves.entries()) block.decide(leaf, row, scanner.found[at] === 1);
    block.judge(row);
  }

  async #judgePart(block: SearchBlock, row: number, { part: { part, bodyBytes }, read }: Reading): Promise<number> {
    const { headerStart, bodyStart } = part;
    const isMessage = part.envelope !== null;
    // The header of an embedded message is part of the body that it is embedded in.
    const hunts = isMessage ? [this.#message, this.#body] : [this.#message];
    if (hunts.some(({ scanner }) => scanner.missing > 0)) {
      const header = await read(headerStart, Math.min(bodyStart, headerStart + headerBytesMax));
      const pieces = headerTextPieces(header, textCharset(part));
      if ((await this.#search(block, row, { pieces, hunts })) !== open) return block.outcome(row);
    }
    if (bodyBytes === 0) return open;
    const pieces = partTextPieces(part, await read(bodyStart, bodyStart + bodyBytes));
    return await this.#search(block, row, { pieces, hunts: [this.#message, this.#body] });
  }

  /** Looks through one text. */
  async #search(block: SearchBlock, row: number, { pieces, hunts }: Search): Promise<number> {
    for (const { scanner } of hunts) scanner.beginText();
    for (const piece of pieces) {
      let looks = 1;
      let found = false;
      const folded = foldText(piece);
      for (const { leaves, scanner } of hunts) {
        looks += scanner.missing;
        if (!scanner.push(folded)) continue;
        found = true;
        for (const [at, leaf] of leaves.entries()) if (scanner.found[at] === 1) block.decide(leaf, row, true);
      }
      if (found && block.judge(row) !== open) return block.outcome(row);
      const turn = this.#pace.spend((piece.length || textPieceCharacters) * (cost.characterNs + looks * cost.lookNs));
      if (turn !== undefined) await turn;
    }
    return open;
  }

  /** The parts, and the bytes if the message is small enough to be kept. */
  async #structure(body: StoredBody): Promise<{ readonly root: Part; readonly bytes: Uint8Array | null }> {
    if (body.size <= searchWholeBytesMax) {
      const bytes = await body.slice(0, body.size);
      const root = parseStructure(bytes);
      const turn = this.#pace.spend(cost.rowNs + bytes.length * cost.structureByteNs);
      if (turn !== undefined) await turn;
      return { root, bytes };
    }
    const parser = new StructureParser();
    for await (const chunk of body.chunks(0, body.size)) {
      parser.push(chunk);
      const turn = this.#pace.spend(chunk.length * cost.structureByteNs);
      if (turn !== undefined) await turn;
    }
    return { root: parser.finish(), bytes: null };
  }
}

interface Reading {
  readonly part: TextPart;
  readonly read: (from: number, to: number) => Uint8Array | Promise<Uint8Array>;
}

/** Reads a large body from its beginning to its end, some parts at a time. */
function windowsOf(body: StoredBody): Reading["read"] {
  let start = 0;
  let window: Uint8Array = new Uint8Array(0);
  return async (from, to) => {
    if (from < start || to > start + window.length) {
      window = await body.slice(from, Math.max(to, from + searchWholeBytesMax));
      start = from;
    }
    return window.subarray(from - start, to - start);
  };
}

interface Search {
  readonly pieces: Iterable<string>;
  readonly hunts: readonly Hunt[];
}

function hunt(leaves: readonly Leaf[], within: "body" | "message"): Hunt {
  const hunted: Leaf[] = [];
  const needles: string[] = [];
  for (const leaf of leaves) {
    const { criterion } = leaf;
    if (criterion.kind !== "text" || criterion.within !== within) continue;
    hunted.push(leaf);
    needles.push(foldText(criterion.text));
  }
  return { leaves: hunted, scanner: new TextScanner(needles) };
}
