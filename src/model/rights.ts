// Rights to a mailbox (RFC 4314 2.1): a set of letters, each of which lets a person do one kind of thing.

import type { Brand } from "../base/brand.ts";

/** In the order in which sets are written. */
const rightLetters = ["l", "r", "s", "w", "i", "p", "k", "x", "t", "e", "a"] as const;
export type Right = (typeof rightLetters)[number];

/** Each right at most once, in their order: `lrs`. Made by `rightsOf` and `parseRights` only. */
export type Rights = Brand<string, "Rights">;

// RFC 4314 2.1.1: "c" stands for "k" and "x", "d" for "e" and "t", for clients of RFC 2086.
const virtualRights: ReadonlyMap<string, readonly Right[]> = new Map([
  ["c", ["k", "x"]],
  ["d", ["e", "t"]],
]);

export function rightsOf(letters: Iterable<Right>): Rights {
  const held = new Set(letters);
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return rightLetters.filter((letter) => held.has(letter)).join("") as Rights;
}

export const allRights: Rights = rightsOf(rightLetters);
export const noRights: Rights = rightsOf([]);

/** Reads letters in any order, virtual rights among them; undefined when one of them is none. */
export function parseRights(text: string): Rights | undefined {
  const letters: Right[] = [];
  for (const letter of text) {
    const known = rightLetters.find((right) => right === letter);
    const members = known === undefined ? virtualRights.get(letter) : [known];
    if (members === undefined) return undefined;
    letters.push(...members);
  }
  return rightsOf(letters);
}

export function hasRight(rights: Rights, right: Right): boolean {
  return rights.includes(right);
}

export function hasAnyRight(rights: Rights, among: readonly Right[]): boolean {
  return among.some((right) => rights.includes(right));
}

export function union(one: Rights, other: Rights): Rights {
  return rightsOf([...lettersOf(one), ...lettersOf(other)]);
}

export function difference(one: Rights, without: Rights): Rights {
  return rightsOf(lettersOf(one).filter((letter) => !without.includes(letter)));
}

export function lettersOf(rights: Rights): Right[] {
  return rightLetters.filter((letter) => rights.includes(letter));
}

/** RFC 4314 2.1.1: "When any of the "delete" member rights is set ... the server MUST also include the "d" right". */
export function withVirtualRights(rights: Rights): string {
  let told: string = rights;
  for (const [letter, members] of virtualRights) if (hasAnyRight(rights, members)) told += letter;
  return told;
}
