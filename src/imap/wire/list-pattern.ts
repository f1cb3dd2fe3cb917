// The pattern of LIST (RFC 9051 6.3.9): "*" stands for anything, "%" for anything within one level. No regular expression
// and no backtracking: a name is walked through once for each of its levels at the most, whatever the pattern.
//
// A pattern is cut at its "*" into blocks, a block at its "%" into literals. Taking each literal where it first fits is
// enough: between two literals of a block lies no separator, so a later place could reach nothing that the first cannot.
// By the same reason, when a block does not fit from one place, it does not from any other in the same level.

import { hierarchySeparator } from "../../model/mailbox-name.ts";

/** Whether a name (Unicode, NFC) matches. */
export type ListPattern = (name: string) => boolean;

/** `reference` and `mailbox` in Unicode; together they are the pattern (RFC 9051 6.3.9: the canonical form of both). */
export function listPattern(reference: string, mailbox: string): ListPattern {
  const blocks = collapsed(inboxInCapitals((reference + mailbox).normalize("NFC")))
    .split("*")
    .map((block) => block.split("%"));
  return (name) => matchesBlocks(name, blocks);
}

/** A block: its literals, between two of which "%" stood. Only the first and last of a pattern may begin or end with "". */
type Block = readonly string[];

/** Beside "*", another wildcard adds nothing; beside "%", another "%" does not. */
function collapsed(pattern: string): string {
  return pattern.replace(/[%*]{2,}/g, (run) => (run.includes("*") ? "*" : "%"));
}

/** RFC 9051 5.1: INBOX in any case is INBOX, as the whole name or as its first level. */
function inboxInCapitals(pattern: string): string {
  return pattern.replace(/^inbox(?=\/|$)/i, "INBOX");
}

function matchesBlocks(name: string, blocks: readonly Block[]): boolean {
  const [first = [""]] = blocks;
  const last = blocks.length - 1;
  if (!name.startsWith(first[0] ?? "")) return false;
  let at = fitBlock(name, 0, first, last === 0 ? "at-end" : "anywhere");
  for (let next = 1; next <= last && at >= 0; next++) {
    at = findBlock(name, at, blocks[next] ?? [""], next === last ? "at-end" : "anywhere");
  }
  return at >= 0;
}

type Ending = "at-end" | "anywhere";

/** Where the block ends that begins first at or behind `from` and ends as asked, or -1. */
function findBlock(name: string, from: number, block: Block, ending: Ending): number {
  const head = block[0] ?? "";
  // One literal at the end of the name has one place.
  const only = block.length === 1 && ending === "at-end";
  let start = only ? Math.max(from, name.length - head.length) : from;
  for (;;) {
    start = name.indexOf(head, start);
    if (start < 0) return -1;
    const end = fitBlock(name, start, block, ending);
    if (end >= 0) return end;
    const separator = name.indexOf(hierarchySeparator, start);
    if (separator < 0) return -1;
    start = separator + 1;
  }
}

/** Where the block ends whose first literal stands at `start`, or -1. */
function fitBlock(name: string, start: number, block: Block, ending: Ending): number {
  let at = start + (block[0] ?? "").length;
  for (let next = 1; next < block.length; next++) {
    const literal = block[next] ?? "";
    const isLast = ending === "at-end" && next === block.length - 1;
    const place = isLast ? name.length - literal.length : name.indexOf(literal, at);
    if (place < at || (isLast && !name.endsWith(literal))) return -1;
    const separator = name.indexOf(hierarchySeparator, at);
    if (separator >= 0 && separator < place) return -1;
    at = place + literal.length;
  }
  return ending === "anywhere" || at === name.length ? at : -1;
}
