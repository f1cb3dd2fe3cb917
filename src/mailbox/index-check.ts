// Compares the index over text with the messages, on a sample: words of some messages, of every script that is met there, and
// strings that are in none, are looked for with the index and by reading, and must be found in the same messages.

import type { Entropy } from "../base/clock.ts";
import { indexCheckMessages, indexCheckStrings, searchWholeBytesMax } from "../base/limits.ts";
import { searchedPieces, searchedTexts } from "../mime/searched-texts.ts";
import { parseStructure } from "../mime/structure-parser.ts";
import type { MailboxId, Uid } from "../model/ids.ts";
import type { Mailbox } from "../model/mailbox.ts";
import { uidSetOfSorted } from "../model/uid-set.ts";
import type { TextIndex } from "../store/text-index.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import { search } from "./search.ts";
import type { Criterion } from "./search-criterion.ts";

export interface IndexCheck {
  /** Messages and strings that were compared. */
  readonly messages: number;
  readonly strings: number;
  /** Messages that wait to be indexed; a search reads them. */
  readonly behind: number;
  /** What is wrong, in sentences; empty when nothing is. */
  readonly findings: readonly string[];
}

export interface CheckedAccount {
  readonly list: () => Promise<readonly Mailbox[]>;
  readonly open: (mailbox: MailboxId) => Promise<OpenMailbox>;
  readonly index: TextIndex;
}

/** Some messages of a mailbox. */
interface Sample {
  readonly mailbox: Mailbox;
  readonly uids: readonly Uid[];
}

export async function checkIndex(
  account: CheckedAccount,
  entropy: Entropy,
  progress: (share: number) => void,
): Promise<IndexCheck> {
  const findings = [...(await account.index.audit())];
  progress(auditShare);
  const samples = await sampled(account, entropy);
  const strings = [...(await stringsOf(account, samples, entropy)), ...absentStrings(entropy)];
  let done = 0;
  for (const { mailbox, uids } of samples) {
    using opened = await account.open(mailbox.id);
    for (const text of strings) {
      for (const criterion of criteriaOf(text)) {
        const difference = await compare(opened, uids, criterion);
        if (difference !== null) findings.push(`${mailbox.name}: the index ${difference} “${text}”`);
      }
      progress(auditShare + ((1 - auditShare) * ++done) / (samples.length * strings.length));
    }
  }
  const messages = samples.reduce((sum, { uids }) => sum + uids.length, 0);
  return { messages, strings: strings.length, behind: await account.index.behind(), findings };
}

const auditShare = 0.3;

function criteriaOf(text: string): Criterion[] {
  return [
    { kind: "text", within: "message", text },
    { kind: "text", within: "body", text },
    { kind: "envelope", field: "subject", text },
    { kind: "envelope", field: "from", text },
  ];
}

/** What the index says otherwise than the messages, to go before the string; null when they agree. */
async function compare(mailbox: OpenMailbox, uids: readonly Uid[], criterion: Criterion): Promise<string | null> {
  const among: Criterion = { kind: "and", of: [{ kind: "uids", uids: uidSetOfSorted(uids) }, criterion] };
  const byIndex = new Set(await found(mailbox, among, "always"));
  const byReading = new Set(await found(mailbox, among, "unused"));
  // What has been expunged between the two is no difference.
  const isThere = (uid: number): boolean => mailbox.indexOf(uid) >= 0;
  const missed = [...byReading].filter((uid) => !byIndex.has(uid) && isThere(uid)).length;
  const invented = [...byIndex].filter((uid) => !byReading.has(uid) && isThere(uid)).length;
  if (missed === 0 && invented === 0) return null;
  return `misses ${missed} messages and invents ${invented} among ${uids.length} with`;
}

async function found(mailbox: OpenMailbox, criterion: Criterion, textIndex: "always" | "unused"): Promise<Uid[]> {
  const uids: Uid[] = [];
  const { signal } = new AbortController();
  for await (const some of search(mailbox, criterion, { order: "oldest-first", signal, textIndex }))
    for (const { uid } of some) uids.push(uid);
  return uids;
}

/** Messages of each mailbox, more of larger ones. */
async function sampled({ list, open }: CheckedAccount, entropy: Entropy): Promise<Sample[]> {
  const mailboxes = (await list())
    .filter(({ selectable, messages }) => selectable && messages > 0)
    .sort((one, other) => other.messages - one.messages)
    .slice(0, mailboxesMax);
  const all = mailboxes.reduce((sum, { messages }) => sum + messages, 0);
  const samples: Sample[] = [];
  for (const mailbox of mailboxes) {
    const share = (indexCheckMessages * mailbox.messages) / all;
    const count = Math.ceil(share);
    using opened = await open(mailbox.id);
    const uids = new Set<Uid>();
    for (let tries = 0; tries < 2 * count && uids.size < count; tries++) {
      const uid = opened.uidAt(1 + below(entropy, opened.exists));
      if (uid !== undefined) uids.add(uid);
    }
    samples.push({ mailbox, uids: [...uids].sort((one, other) => one - other) });
  }
  return samples;
}

/** The largest mailboxes are looked at: each string is looked for in each. */
const mailboxesMax = 20;

/** Strings that stand in the samples, some of each script. */
async function stringsOf({ open }: CheckedAccount, samples: readonly Sample[], entropy: Entropy): Promise<string[]> {
  const byScript = new Map<string, Set<string>>();
  for (const { mailbox, uids } of samples) {
    using opened = await open(mailbox.id);
    for (const uid of uids) {
      const text = await textOf(opened, uid);
      for (let picks = 0; picks < picksPerMessage && text !== ""; picks++) {
        const picked = pick(text, entropy);
        const script = scripts.find(([, letters]) => letters.test(picked))?.[0] ?? "other";
        if (picked !== "") byScript.set(script, (byScript.get(script) ?? new Set()).add(picked));
      }
    }
  }
  const strings: string[] = [];
  const waiting = [...byScript.values()].map((some) => [...some]);
  for (let at = 0; strings.length < indexCheckStrings && waiting.some((some) => some.length > at); at++)
    for (const some of waiting) {
      const string = some[at];
      if (string !== undefined && strings.length < indexCheckStrings) strings.push(string);
    }
  return strings;
}

const picksPerMessage = 4;

const scripts: readonly (readonly [string, RegExp])[] = [
  ["Bengali", /\p{Script=Bengali}/u],
  ["Devanagari", /\p{Script=Devanagari}/u],
  ["Thai", /\p{Script=Thai}/u],
  ["Kana", /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ["Han", /\p{Script=Han}/u],
  ["Hangul", /\p{Script=Hangul}/u],
  ["Arabic", /\p{Script=Arabic}/u],
  ["Hebrew", /\p{Script=Hebrew}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["accents", /[\u00c0-\u024f]/],
  ["Latin", /[A-Za-z]/],
  ["digits", /[0-9]/],
];

/** The text of a message, as far as it is read in one go; "" for one that is gone. */
async function textOf(mailbox: OpenMailbox, uid: Uid): Promise<string> {
  const facts = mailbox.facts(uid);
  if (facts === undefined) return "";
  const octets = await (await mailbox.body(facts.content)).slice(0, searchWholeBytesMax);
  const texts: string[] = [];
  for (const text of searchedTexts(parseStructure(octets)))
    texts.push(...searchedPieces(text, octets.subarray(text.start, text.end)));
  return texts.join("").slice(0, searchWholeBytesMax);
}

/** A word around some place of the text, or a piece of one: in some scripts nothing parts words. */
function pick(text: string, entropy: Entropy): string {
  const at = below(entropy, text.length);
  const before = /\S*$/.exec(text.slice(Math.max(0, at - wordCharactersMax), at))?.[0] ?? "";
  const after = /^\S*/.exec(text.slice(at, at + wordCharactersMax))?.[0] ?? "";
  const letters = Array.from(before + after).filter((letter) => letter.isWellFormed());
  const length = 1 + below(entropy, Math.min(letters.length, wordCharactersMax) || 1);
  const from = below(entropy, Math.max(1, letters.length - length + 1));
  const isWhole = below(entropy, 2) === 0 && letters.length <= wordCharactersMax;
  return (isWhole ? letters : letters.slice(from, from + length)).join("");
}

const wordCharactersMax = 16;

/** Strings that nobody has written. */
function absentStrings(entropy: Entropy): string[] {
  const letters = ["qxzjkvw", "ঋঌঽৠৡ", "ขฃฅฆฌฬ", "龘靐齉爨灪"];
  return letters.map((some) => {
    const all = Array.from(some);
    return Array.from({ length: 7 }, () => all[below(entropy, all.length)]).join("");
  });
}

/** A whole number from 0 on, below `limit`; 0 for a limit of 0. */
function below(entropy: Entropy, limit: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = entropy.bytes(4);
  return limit === 0 ? 0 : (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % limit;
}
