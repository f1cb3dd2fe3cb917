// The leaves of a search that are decided by a message's text (RFC 9051 6.4.4 BODY and TEXT): one message at a time, part by
// part, piece by piece, until it is known whether the message is found.

import { searchedPieces, searchedTexts } from "../mime/searched-texts.ts";
import { textPieceCharacters } from "../mime/text-pieces.ts";
import { TextScanner } from "../mime/text-scanner.ts";
import { readParts } from "./message-parts.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import type { SearchBlock } from "./search-block.ts";
import { cost, type SearchPace } from "./search-pace.ts";
import { foldOf, type Leaf, open } from "./search-plan.ts";

/** Strings to look for in some texts of a message, and the leaves that ask for them, in the same order. */
interface Hunt {
  readonly leaves: readonly Leaf[];
  readonly scanner: TextScanner;
}

export class TextJudge {
  readonly #mailbox: OpenMailbox;
  readonly #pace: SearchPace;
  readonly #fold: (text: string) => string;
  /** In bodies only. */
  readonly #body: Hunt;
  /** In headers and bodies. */
  readonly #message: Hunt;

  constructor(mailbox: OpenMailbox, leaves: readonly Leaf[], pace: SearchPace) {
    this.#mailbox = mailbox;
    this.#pace = pace;
    this.#fold = foldOf(leaves);
    this.#body = hunt(leaves, "body", this.#fold);
    this.#message = hunt(leaves, "message", this.#fold);
  }

  /** Decides as many leaves on the row as it takes to know its outcome. */
  async judge(block: SearchBlock, row: number): Promise<void> {
    this.#body.scanner.reset();
    this.#message.scanner.reset();
    const body = await this.#mailbox.body(block.content(row));
    const { root, read } = await readParts(body, this.#pace);
    for (const text of searchedTexts(root)) {
      const hunts = text.stands === "in the body" ? [this.#message, this.#body] : [this.#message];
      if (hunts.every(({ scanner }) => scanner.missing === 0)) continue;
      const pieces = searchedPieces(text, await read(text.start, text.end));
      if ((await this.#search(block, row, { pieces, hunts })) !== open) return;
    }
    for (const { leaves, scanner } of [this.#body, this.#message])
      for (const [at, leaf] of leaves.entries()) block.decide(leaf, row, scanner.found[at] === 1);
    block.judge(row);
  }

  /** Looks through one text. */
  async #search(block: SearchBlock, row: number, { pieces, hunts }: Search): Promise<number> {
    for (const { scanner } of hunts) scanner.beginText();
    for (const piece of pieces) {
      let looks = 1;
      let found = false;
      const folded = this.#fold(piece);
      for (const { leaves, scanner } of hunts) {
        looks += scanner.missing;
        if (!scanner.push(folded)) continue;
        found = true;
        for (const [at, leaf] of leaves.entries()) if (scanner.found[at] === 1) block.decide(leaf, row, true);
      }
      if (found && block.judge(row) !== open) return block.outcome(row);
      const characters = Math.max(piece.length, folded.length) || textPieceCharacters;
      const turn = this.#pace.spend(characters * (cost.characterNs + looks * cost.lookNs));
      if (turn !== undefined) await turn;
    }
    return open;
  }
}

interface Search {
  readonly pieces: Iterable<string>;
  readonly hunts: readonly Hunt[];
}

function hunt(leaves: readonly Leaf[], within: "body" | "message", fold: (text: string) => string): Hunt {
  const hunted: Leaf[] = [];
  const needles: string[] = [];
  for (const leaf of leaves) {
    const { criterion } = leaf;
    if (criterion.kind !== "text" || criterion.within !== within) continue;
    hunted.push(leaf);
    needles.push(fold(criterion.text));
  }
  return { leaves: hunted, scanner: new TextScanner(needles) };
}
