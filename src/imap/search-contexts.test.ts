// Searches and sorts that are followed (RFC 5267): a client that does what it is told has at every moment what a new one
// finds, whatever its own session and others do, in UIDs and in sequence numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { type Match, search } from "../mailbox/search.ts";
import type { Criterion } from "../mailbox/search-criterion.ts";
import { sortMatches } from "../mailbox/sort.ts";
import type { SortCriterion } from "../mailbox/sort-columns.ts";
import { noFlags, systemFlags } from "../model/flags.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { lookedAt, SearchContexts } from "./search-contexts.ts";
import { Writer } from "./wire/writer.ts";

const signal = new AbortController().signal;
const flag = (name: keyof typeof systemFlags): Criterion => ({ kind: "flag", bit: systemFlags[name] });
const criteria: readonly Criterion[] = [
  flag("\\Flagged"),
  { kind: "and", of: [flag("\\Seen"), { kind: "not", of: flag("\\Flagged") }] },
  { kind: "or", of: [flag("\\Seen"), { kind: "envelope", field: "subject", text: "letter 1" }] },
];

type Step =
  | {
      readonly do: "flags";
      readonly by: "self" | "other";
      readonly at: number;
      readonly bit: number;
      readonly add: boolean;
    }
  | { readonly do: "append" }
  | { readonly do: "expunge"; readonly at: number }
  | { readonly do: "tell"; readonly expunges: "tell" | "keep" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("flags" as const),
    by: fc.constantFrom("self", "other"),
    at: fc.nat(9),
    bit: fc.constantFrom(systemFlags["\\Seen"], systemFlags["\\Flagged"]),
    add: fc.boolean(),
  }),
  fc.record({ do: fc.constant("append" as const) }),
  fc.record({ do: fc.constant("expunge" as const), at: fc.nat(9) }),
  fc.record({ do: fc.constant("tell" as const), expunges: fc.constantFrom("tell", "tell", "keep") }),
);

const orders: readonly (readonly SortCriterion[] | null)[] = [
  null,
  [{ key: "subject", order: "descending" }],
  [
    { key: "from", order: "ascending" },
    { key: "arrival", order: "descending" },
  ],
];

/** What a client makes of the updates for one tag: position 0 is mailbox order, others are places from 1. */
function apply(list: number[], text: string): void {
  for (const [, what, pairs = ""] of text.matchAll(/(REMOVEFROM|ADDTO) \(([\d:, ]+)\)/g)) {
    for (const [, position = "", set = ""] of pairs.matchAll(/(\d+) (\S+)/g)) {
      const numbers = set.split(",").flatMap((range) => {
        const [from = 0, to = from] = range.split(":").map(Number);
        return Array.from({ length: to - from + 1 }, (_, at) => from + at);
      });
      const at = Number(position) - 1;
      if (what === "ADDTO") {
        assert.ok(!numbers.some((number) => list.includes(number)), "none was in the results");
        if (at < 0) list.splice(0, list.length, ...[...list, ...numbers].sort((a, b) => a - b));
        else list.splice(at, 0, ...numbers);
      } else if (at < 0) {
        assert.ok(
          numbers.every((number) => list.includes(number)),
          "all were in the results",
        );
        list.splice(0, list.length, ...list.filter((number) => !numbers.includes(number)));
      } else assert.deepEqual(list.splice(at, numbers.length), numbers, "they stood there in that order");
    }
  }
}

test("a client that follows the updates has what a new search finds", async () => {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const inbox = await account.find(mailboxName("INBOX"));
  let letters = 0;
  const append = async (): Promise<void> => {
    const at = letters++;
    const message = await stage(account, `From: ${"abc"[(at * 7) % 3]}@x\r\nSubject: letter ${at % 3}\r\n\r\n`);
    await account.append(inbox.id, [{ message, flags: noFlags, internalDateMs: (at * 5) % 4 }]);
  };
  for (let count = 0; count < 4; count++) await append();

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      using mailbox = await account.open(inbox.id, "read-write");
      using other = await account.open(inbox.id, "read-write");
      const contexts = new SearchContexts();
      const found = async (criterion: Criterion, sortedBy: readonly SortCriterion[] | null): Promise<Match[]> => {
        const all: Match[] = [];
        for await (const some of search(mailbox, criterion, { order: "oldest-first", signal })) all.push(...some);
        return sortedBy === null ? all : sortMatches(mailbox, all, sortedBy, { signal });
      };
      const lists = new Map<string, number[]>();
      const followed = criteria.flatMap((criterion, at) =>
        orders.map((sortedBy, order) => ({ criterion, sortedBy, name: `${at}o${order}` })),
      );
      for (const { criterion, sortedBy, name } of followed) {
        const matches = await found(criterion, sortedBy);
        for (const numbering of ["uid", "seq"] as const) {
          const tag = numbering + name;
          contexts.add({ tag, numbering, criterion, sortedBy, fetch: null, until: lookedAt(mailbox) }, matches);
          lists.set(
            tag,
            matches.map(({ uid }) => (numbering === "uid" ? uid : mailbox.seqOf(uid))),
          );
        }
      }
      const take = (to: Writer): void => {
        for (const line of Buffer.from(to.take()).toString("latin1").split("\r\n")) {
          const list = lists.get(/TAG "?(\w+)/.exec(line)?.[1] ?? "");
          if (list !== undefined) apply(list, line);
        }
      };
      const tell = async (expunges: "tell" | "keep"): Promise<void> => {
        const to = new Writer();
        const { expunged } = mailbox.takeNews(expunges);
        contexts.leave(expunged, to);
        take(to);
        // An EXPUNGE takes every higher number down by one.
        for (const { seq } of expunged.toReversed())
          for (const [tag, list] of lists)
            if (tag.startsWith("seq"))
              lists.set(
                tag,
                list.map((one) => (one > seq ? one - 1 : one)),
              );
        contexts.tell(await contexts.look(mailbox, to, signal), to);
        take(to);
      };
      for (const one of [...steps, { do: "tell", expunges: "tell" } as const]) {
        const by = one.do === "flags" && one.by === "self" ? mailbox : other;
        const uid = "at" in one ? by.uidAt((one.at % Math.max(by.exists, 1)) + 1) : undefined;
        if (one.do === "append") await append();
        else if (one.do === "tell") await tell(one.expunges);
        else if (uid === undefined) continue;
        else if (one.do === "expunge") await other.remove([uid]);
        else if (by.indexOf(uid) >= 0) {
          const { changed, modSeq } = await by.storeFlags([uid], one.add ? "add" : "remove", {
            bits: one.bit,
            keywords: [],
          });
          if (modSeq !== null) by.markTold(changed, modSeq);
        }
        other.takeNews("tell");
      }
      for (const { criterion, sortedBy, name } of followed) {
        const uids = (await found(criterion, sortedBy)).map(({ uid }) => uid);
        assert.deepEqual(lists.get(`uid${name}`), uids);
        assert.deepEqual(
          lists.get(`seq${name}`),
          uids.map((uid) => mailbox.seqOf(uid)),
        );
      }
    }),
    { numRuns: 60 },
  );
});
