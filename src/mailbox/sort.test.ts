// Sorting: as a naive sort of what messages say, whatever the keys; others have their turn, and may expunge meanwhile.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { collationKey } from "../mime/collation-key.ts";
import { noFlags } from "../model/flags.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import { pacedSort } from "./paced-sort.ts";
import { type Match, search } from "./search.ts";
import { SearchPace } from "./search-pace.ts";
import { sortMatches } from "./sort.ts";
import type { SortCriterion } from "./sort-columns.ts";
import { mergeIntoSorted } from "./sort-merge.ts";

const signal = new AbortController().signal;

interface Letter {
  readonly subject: string;
  readonly mark: string;
  readonly name: string;
  readonly mailbox: string;
  readonly hours: number | null;
  readonly arrivalMs: number;
  readonly padding: number;
}

const letter: fc.Arbitrary<Letter> = fc.record({
  subject: fc.constantFrom("alpha", "Beta", "চিঠি", "Ärger", "arg", "письмо", ""),
  mark: fc.constantFrom("", "Re: ", "Fwd: ", "[list] "),
  name: fc.constantFrom("", "Rahela", "রহিমা", "Zed", "zed"),
  mailbox: fc.constantFrom("a", "B", "c"),
  hours: fc.option(fc.integer({ min: 0, max: 23 })),
  arrivalMs: fc.integer({ min: 0, max: 5 }).map((days) => Date.UTC(2026, 0, 1 + days)),
  padding: fc.integer({ min: 0, max: 3 }),
});

const word = (text: string): string => (text === "" ? "" : `=?utf-8?b?${Buffer.from(text).toString("base64")}?=`);

function written({ subject, mark, name, mailbox, hours, padding }: Letter): string {
  const date = hours === null ? "" : `Date: 3 Jan 2026 ${String(hours).padStart(2, "0")}:00:00 +0000\r\n`;
  const address = `${name === "" ? "" : `${word(name)} `}<${mailbox}@example.org>`;
  return `${date}From: ${address}\r\nTo: ${address}\r\nSubject: ${mark}${word(subject)}\r\n\r\n${"x".repeat(padding)}`;
}

const criterion: fc.Arbitrary<SortCriterion> = fc.record({
  key: fc.constantFrom(
    "arrival",
    "date",
    "size",
    "subject",
    "from",
    "to",
    "cc",
    "displayFrom",
    "displayTo",
    "relevancy",
  ),
  order: fc.constantFrom("ascending", "descending"),
});

function naiveKey(mailbox: OpenMailbox, letters: readonly Letter[], match: Match, key: SortCriterion["key"]) {
  const { uid, relevancy = 0 } = match;
  const said = letters[uid - 1];
  assert.ok(said !== undefined);
  switch (key) {
    case "arrival":
      return said.arrivalMs;
    case "date":
      return said.hours === null ? said.arrivalMs : Date.UTC(2026, 0, 3, said.hours);
    case "size":
      return mailbox.facts(uid)?.size ?? 0;
    case "subject":
      // With nothing behind its mark, a list's mark is the subject.
      return collationKey(said.mark === "[list] " && said.subject === "" ? "[list]" : said.subject);
    case "relevancy":
      return -relevancy;
    case "cc":
      return "";
    case "from":
    case "to":
      return collationKey(said.mailbox);
    case "displayFrom":
    case "displayTo":
      return collationKey(said.name === "" ? `${said.mailbox}@example.org` : said.name);
  }
}

suite("a sort", () => {
  const scope = new AsyncDisposableStack();
  after(() => scope.disposeAsync());
  const opening = (async () => {
    const world = scope.use(await embedded());
    await world.mail.create(testAccount);
    const account = scope.use(await world.mail.open(testAccount));
    const letters = fc.sample(letter, { numRuns: 120, seed: 5_256 });
    const inbox = await account.find(mailboxName("INBOX"));
    const items = [];
    for (const one of letters)
      items.push({ message: await stage(account, written(one)), flags: noFlags, internalDateMs: one.arrivalMs });
    await account.append(inbox.id, items);
    const mailbox = scope.use(await account.open(inbox.id, "read-write"));
    const other = scope.use(await account.open(inbox.id, "read-write"));
    return { mailbox, other, letters };
  })();

  const all = async (mailbox: OpenMailbox): Promise<Match[]> => {
    const matches: Match[] = [];
    for await (const some of search(mailbox, { kind: "all" }, { order: "oldest-first", signal }))
      for (const match of some) matches.push({ ...match, relevancy: (match.uid * 7) % 5 });
    return matches;
  };

  test("is that of a naive reader", async () => {
    const { mailbox, letters } = await opening;
    const matches = await all(mailbox);
    await fc.assert(
      fc.asyncProperty(fc.array(criterion, { minLength: 1, maxLength: 4 }), async (criteria) => {
        const keys = (match: Match) => criteria.map(({ key }) => naiveKey(mailbox, letters, match, key));
        const expected = matches.toSorted((a, b) => {
          const [one, other] = [keys(a), keys(b)];
          for (const [at, { order }] of criteria.entries()) {
            const [left, right] = [one[at] ?? 0, other[at] ?? 0];
            if (left !== right) return (left < right ? -1 : 1) * (order === "ascending" ? 1 : -1);
          }
          return a.uid - b.uid;
        });
        assert.deepEqual(await sortMatches(mailbox, matches, criteria, { signal }), expected);
      }),
      { numRuns: 150 },
    );
  });

  test("takes new messages in where sorting all of them would have put them", async () => {
    const { mailbox } = await opening;
    const matches = await all(mailbox);
    await fc.assert(
      fc.asyncProperty(
        // Scores are known of what has just been found only.
        fc.array(
          criterion.filter(({ key }) => key !== "relevancy"),
          { minLength: 1, maxLength: 3 },
        ),
        fc.integer({ min: 1, max: 119 }),
        fc.integer({ min: 0, max: 118 }),
        async (criteria, most, shift) => {
          // A part of them, anywhere among the others.
          const isAdded = ({ uid }: Match): boolean => (uid * 37 + shift) % 120 < most;
          const sorted = await sortMatches(
            mailbox,
            matches.filter((match) => !isAdded(match)),
            criteria,
            { signal },
          );
          const merged = await mergeIntoSorted(
            mailbox,
            { sorted: Uint32Array.from(sorted, ({ uid }) => uid), added: matches.filter(isAdded) },
            criteria,
            signal,
          );
          const expected = await sortMatches(mailbox, matches, criteria, { signal });
          assert.deepEqual(
            [...merged],
            expected.map(({ uid }) => uid),
          );
        },
      ),
      { numRuns: 80 },
    );
  });

  test("takes new messages in among some that others have expunged, or expunge just then", async () => {
    const { mailbox, other } = await opening;
    const matches = await all(mailbox);
    const criteria = [{ key: "subject", order: "descending" }] as const;
    const before = (await sortMatches(mailbox, matches, criteria, { signal })).map(({ uid }) => uid);
    const added = matches.filter(({ uid }) => uid % 10 === 3);
    const sorted = Uint32Array.from(before.filter((uid) => uid % 10 !== 3));
    await other.remove(before.filter((uid) => uid % 4 === 1));
    const merging = mergeIntoSorted(mailbox, { sorted, added }, criteria, signal);
    const gone = before.filter((uid) => uid % 10 !== 3 && uid % 4 === 0);
    await other.remove(gone);
    const merged = await merging;
    assert.deepEqual(
      merged.filter((uid) => uid % 10 !== 3),
      sorted,
      "nobody leaves, nobody moves",
    );
    const living = (uid: number): boolean => uid % 4 !== 1 && uid % 4 !== 0;
    assert.deepEqual(Array.from(merged).filter(living), before.filter(living));
  });

  test("leaves out what others expunge meanwhile", async () => {
    const { mailbox, other } = await opening;
    const matches = await all(mailbox);
    const gone = matches.slice(20, 40).map(({ uid }) => uid);
    await other.remove(gone);
    const sorted = await sortMatches(mailbox, matches, [{ key: "subject", order: "ascending" }], { signal });
    assert.equal(sorted.length, matches.length - gone.length);
    assert.ok(!sorted.some(({ uid }) => gone.includes(uid)));
  });

  test("ends when its client is gone", async () => {
    const { mailbox } = await opening;
    const [one] = await all(mailbox);
    assert.ok(one !== undefined);
    const matches = Array.from({ length: 10_000 }, () => one);
    const client = new AbortController();
    const sorting = sortMatches(mailbox, matches, [{ key: "from", order: "ascending" }], { signal: client.signal });
    client.abort(new Error("the client is gone"));
    await assert.rejects(sorting, /the client is gone/);
  });
});

test("runs are merged into the order of one sort, equals as they came", async () => {
  const values = Array.from({ length: 10_000 }, (_, at) => (at * 7_919) % 101);
  const compare = (a: number, b: number): number => (values[a] ?? 0) - (values[b] ?? 0);
  for (const length of [0, 1, 2, 1_023, 1_024, 1_025, 3_000, 10_000]) {
    const expected = Array.from({ length }, (_, at) => at).sort(compare);
    assert.deepEqual([...(await pacedSort(length, compare, new SearchPace(signal)))], expected);
  }
});

test("others have a turn while many messages are sorted", async () => {
  let turns = 0;
  let done = false;
  const others = (): void => {
    turns++;
    if (!done) setImmediate(others);
  };
  setImmediate(others);
  await pacedSort(100_000, (a, b) => ((a * 7_919) % 10_007) - ((b * 7_919) % 10_007), new SearchPace(signal));
  done = true;
  assert.ok(turns >= 30, `${turns} turns`);
});
