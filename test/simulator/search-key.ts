// Search keys (RFC 9051 6.4.4) with what they mean, for messages whose every state is known.

import type { Chance } from "../support/chance.ts";
import { hasFlag } from "./flag-words.ts";
import { numbersOf } from "./imap-response.ts";
import { flagsFor, type Message, type Version } from "./model.ts";
import type { Picture } from "./picture.ts";

export interface SearchKey {
  readonly words: string;
  readonly namesModSeq: boolean;
  matches(message: Message, version: Version): boolean;
}

const flagKeys = [
  ["SEEN", "\\Seen", true],
  ["UNSEEN", "\\Seen", false],
  ["FLAGGED", "\\Flagged", true],
  ["DELETED", "\\Deleted", true],
  ["UNDELETED", "\\Deleted", false],
  ["KEYWORD $Work", "$Work", true],
  ["UNKEYWORD $Later", "$Later", false],
] as const;

export interface SearchScene {
  readonly picture: Picture;
  readonly highestModSeq: number;
  readonly knowsModSeq: boolean;
}

export function searchKey(scene: SearchScene, chance: Chance, depth = 0): SearchKey {
  const { picture } = scene;
  const kind = chance.below(depth > 2 ? 8 : 11);
  if (kind < 3) {
    const [words, flag, wanted] = chance.pick(flagKeys);
    return key(words, (_, version) => hasFlag(flagsFor(version, picture.person), flag) === wanted);
  }
  if (kind === 3) {
    const word = chance.pick(["tea", "rain", "Letters"]);
    return key(`SUBJECT ${word}`, ({ content }) =>
      subjectOf(content.octets).toLowerCase().includes(word.toLowerCase()),
    );
  }
  if (kind === 4) {
    const size = chance.between(60, 260);
    return chance.happens(0.5)
      ? key(`LARGER ${size}`, ({ content }) => content.size > size)
      : key(`SMALLER ${size}`, ({ content }) => content.size < size);
  }
  if (kind === 5) {
    const from = chance.between(1, picture.largestUid + 1);
    const set = `${from}:${from + chance.below(10)}`;
    const uids = new Set(numbersOf(set));
    return key(`UID ${set}`, ({ uid }) => uids.has(uid));
  }
  if (kind === 6 && scene.knowsModSeq) {
    const least = chance.between(1, Math.max(1, scene.highestModSeq));
    return { ...key(`MODSEQ ${least}`, (_, { modSeq }) => modSeq >= least), namesModSeq: true };
  }
  if (kind < 8) return key("ALL", () => true);
  const one = searchKey(scene, chance, depth + 1);
  if (kind === 8) return { ...one, words: `NOT ${inList(one)}`, matches: (...at) => !one.matches(...at) };
  const other = searchKey(scene, chance, depth + 1);
  const namesModSeq = one.namesModSeq || other.namesModSeq;
  return kind === 9
    ? {
        words: `OR ${inList(one)} ${inList(other)}`,
        namesModSeq,
        matches: (...at) => one.matches(...at) || other.matches(...at),
      }
    : {
        words: `(${one.words} ${other.words})`,
        namesModSeq,
        matches: (...at) => one.matches(...at) && other.matches(...at),
      };
}

function key(words: string, matches: SearchKey["matches"]): SearchKey {
  return { words, namesModSeq: false, matches };
}

function inList({ words }: SearchKey): string {
  return words.includes(" ") && !words.startsWith("(") ? `(${words})` : words;
}

export function subjectOf(octets: string): string {
  return /^Subject: (.*)$/im.exec(octets)?.[1]?.trim() ?? "";
}
