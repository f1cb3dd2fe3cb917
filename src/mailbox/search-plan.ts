// How a search is done: its criterion as a formula over leaves, each leaf once, sorted by what must be read to decide it.
//
// A verdict is no, open or yes, so that AND is the least of verdicts, OR the greatest, and NOT turns them round (Kleene's
// logic of three values): with some leaves still open, the formula says as early as can be known what it will say.

import assert from "node:assert/strict";
import { comparator } from "../mime/comparator.ts";
import type { Criterion, LeafCriterion } from "./search-criterion.ts";

export const no = 0;
export const open = 1;
export const yes = 2;

/**
 * What a leaf is decided from, from cheap to dear: the view in memory; what was stored of a message at delivery; when it
 * was put into the mailbox; its header; all its text; all of these, word for word. An index over text has its place before
 * header and text: it says no where a string cannot be, and leaves the rest open.
 */
export const sources = ["view", "stored", "saved", "header", "text", "fuzzy"] as const;
export type Source = (typeof sources)[number];

export interface Leaf {
  /** Its row among the verdicts of a block. */
  readonly index: number;
  readonly criterion: LeafCriterion;
}

export type Formula =
  | { readonly op: "leaf"; readonly leaf: number }
  | { readonly op: "not"; readonly of: Formula }
  | { readonly op: "and" | "or"; readonly of: readonly Formula[] };

export interface SearchPlan {
  readonly formula: Formula;
  readonly leaves: readonly Leaf[];
  readonly bySource: Readonly<Record<Source, readonly Leaf[]>>;
}

export function planSearch(criterion: Criterion): SearchPlan {
  const leaves = new Map<string, Leaf>();
  const formula = formulaOf(criterion, leaves);
  const bySource: Record<Source, Leaf[]> = { view: [], stored: [], saved: [], header: [], text: [], fuzzy: [] };
  for (const leaf of leaves.values()) bySource[sourceOf(leaf.criterion)].push(leaf);
  return { formula, leaves: [...leaves.values()], bySource };
}

const anyUid: readonly [least: number, below: number] = [1, 2 ** 32];

/** UIDs outside of these match nothing, so that a search of the newest few costs what they cost, whatever is before them. */
export function uidBounds(criterion: Criterion): readonly [least: number, below: number] {
  if (criterion.kind === "and")
    return criterion.of
      .map(uidBounds)
      .reduce(([least, below], [from, to]) => [Math.max(least, from), Math.min(below, to)], anyUid);
  if (criterion.kind !== "uids") return anyUid;
  const [first, last] = [criterion.uids.ranges[0], criterion.uids.ranges.at(-1)];
  return first === undefined || last === undefined ? [1, 1] : [first[0], last[1] + 1];
}

/** Recursion goes as deep as the criterion nests, which whoever makes it bounds. */
function formulaOf(criterion: Criterion, leaves: Map<string, Leaf>): Formula {
  switch (criterion.kind) {
    case "not":
      return { op: "not", of: formulaOf(criterion.of, leaves) };
    case "and":
    case "or":
      return { op: criterion.kind, of: cheapFirst(criterion.of.map((one) => formulaOf(one, leaves))) };
    case "text":
      // RFC 9051 6.4.4: the empty string is a substring of every text.
      return leafOf(criterion.text === "" ? { kind: "all" } : criterion, leaves);
    case "all":
    case "uids":
    case "flag":
    case "keyword":
    case "recent":
    case "content":
    case "thread":
    case "range":
    case "envelope":
    case "header":
    case "fuzzy":
      return leafOf(criterion, leaves);
  }
}

function leafOf(criterion: LeafCriterion, leaves: Map<string, Leaf>): Formula {
  // JSON has no infinity, but what it writes instead (null) stands for one on either side.
  const key = JSON.stringify(criterion);
  let leaf = leaves.get(key);
  if (leaf === undefined) {
    leaf = { index: leaves.size, criterion };
    leaves.set(key, leaf);
  }
  return { op: "leaf", leaf: leaf.index };
}

/** Single leaves before what nests: they may decide alone. */
function cheapFirst(of: readonly Formula[]): readonly Formula[] {
  return [...of.filter(({ op }) => op === "leaf"), ...of.filter(({ op }) => op !== "leaf")];
}

function sourceOf(criterion: LeafCriterion): Source {
  switch (criterion.kind) {
    case "all":
    case "uids":
    case "flag":
    case "keyword":
    case "recent":
    case "content":
      return "view";
    case "thread":
    case "envelope":
      return "stored";
    case "range":
      if (criterion.of === "savedAtMs") return "saved";
      return criterion.of === "sentLocalMs" ? "stored" : "view";
    case "header":
      return "header";
    case "text":
      return "text";
    case "fuzzy":
      return "fuzzy";
  }
}

/** How the texts of leaves are compared: a search asks by one comparator. */
export function foldOf(leaves: readonly Leaf[]): (text: string) => string {
  const names = new Set(leaves.map(({ criterion }) => ("comparator" in criterion ? criterion.comparator : undefined)));
  assert(names.size <= 1, "a search asks by one comparator");
  const [name] = names;
  return comparator(name).fold;
}
