// Threading: as the steps of RFC 5256 in their plainest form, and whatever references there are.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { noFlags } from "../model/flags.ts";
import { asUid } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { type Match, search } from "./search.ts";
import { SearchPace } from "./search-pace.ts";
import { type ThreadMessage, type ThreadNode, threadMatches } from "./thread.ts";
import { linkByReferences } from "./thread-links.ts";
import { byLatestArrival, gatherBySubject, orderedSubject } from "./thread-order.ts";

const signal = new AbortController().signal;

interface Letter {
  readonly id: string | null;
  readonly ancestors: readonly string[];
  readonly sentAtMs: number;
  readonly subject: string;
  readonly isReply: boolean;
}

/** Messages by number, and by sent date. */
function messagesOf(letters: readonly Letter[]): { all: ThreadMessage[]; bySentDate: ThreadMessage[] } {
  const all = letters.map(({ id, ancestors, sentAtMs, subject, isReply }, at): ThreadMessage => {
    const message = { uid: asUid(at + 1), rank: 0, sentAtMs, internalDateMs: at, messageId: id, subject, isReply };
    return { ...message, ancestors: ancestors.join(" ") };
  });
  const bySentDate = all.toSorted((a, b) => a.sentAtMs - b.sentAtMs);
  for (const [rank, message] of bySentDate.entries()) message.rank = rank;
  return { all, bySentDate };
}

/** As THREAD tells it, but for lists of one. */
function shown({ message, children }: ThreadNode): string {
  return `(${[message?.uid ?? "-", ...children.map(shown)].join(" ")})`;
}

async function threaded(letters: readonly Letter[]): Promise<string> {
  const { all, bySentDate } = messagesOf(letters);
  const pace = new SearchPace(signal);
  const threads = await gatherBySubject(await linkByReferences(all, bySentDate, pace), pace);
  return threads.map(shown).join("");
}

/** A place in a thread of the plain algorithm. */
interface Place {
  message: ThreadMessage | null;
  parent: Place | null;
  children: Place[];
}

/** Steps 1 to 6 one after another, with trees that are walked by recursion. */
function plainly(letters: readonly Letter[]): string {
  const root = plainRoot(messagesOf(letters).all);
  const first = (place: Place): ThreadMessage | null => place.message ?? place.children[0]?.message ?? null;
  const sort = (place: Place): void => {
    for (const child of place.children) sort(child);
    place.children.sort((a, b) => (first(a)?.rank ?? 0) - (first(b)?.rank ?? 0));
  };
  sort(root);
  plainSubjects(root, first);
  sort(root);
  return root.children.map(shown).join("");
}

function plainRoot(all: readonly ThreadMessage[]): Place {
  const places = new Map<string, Place>();
  const placeOf = (id: string): Place => {
    const place = places.get(id) ?? { message: null, parent: null, children: [] };
    places.set(id, place);
    return place;
  };
  const link = (parent: Place, child: Place): void => {
    for (let above: Place | null = parent; above !== null; above = above.parent) if (above === child) return;
    child.parent = parent;
  };
  for (const [at, message] of all.entries()) {
    const named = message.messageId ?? `none ${at}`;
    const own = placeOf(placeOf(named).message === null ? named : `again ${at}`);
    own.message = message;
    const ancestors = message.ancestors.split(" ").filter((id) => id !== "");
    const chain = ancestors.map(placeOf).filter((place) => place !== own);
    for (const [index, place] of chain.entries()) {
      const before = chain[index - 1];
      if (before !== undefined && place.parent === null) link(before, place);
    }
    own.parent = null;
    const last = chain.at(-1);
    if (last !== undefined) link(last, own);
  }
  const root: Place = { message: null, parent: null, children: [] };
  for (const place of places.values()) (place.parent ?? root).children.push(place);
  const prune = (place: Place, isRoot: boolean): void => {
    for (const child of place.children) prune(child, false);
    place.children = place.children.flatMap((child) => {
      if (child.message !== null) return [child];
      return isRoot && child.children.length > 1 ? [child] : child.children;
    });
  };
  prune(root, true);
  return root;
}

function plainSubjects(root: Place, first: (place: Place) => ThreadMessage | null): void {
  const isReply = (place: Place): boolean => place.message?.isReply === true;
  const subjectOf = (place: Place): string => first(place)?.subject ?? "";
  const table = new Map<string, Place>();
  for (const place of root.children) {
    const subject = subjectOf(place);
    const before = table.get(subject);
    if (subject === "") continue;
    if (before === undefined) table.set(subject, place);
    else if (before.message !== null && (place.message === null || (isReply(before) && !isReply(place))))
      table.set(subject, place);
  }
  for (const place of root.children) {
    const chief = table.get(subjectOf(place));
    if (chief === undefined || chief === place) continue;
    root.children = root.children.filter((child) => child !== place);
    if (chief.message === null) chief.children.push(...(place.message === null ? place.children : [place]));
    else if (isReply(place) && !isReply(chief)) chief.children.push(place);
    else {
      const both: Place = { message: null, parent: null, children: [chief, place] };
      root.children = [...root.children.filter((child) => child !== chief), both];
      table.set(subjectOf(place), both);
    }
  }
}

const id = fc.constantFrom(..."a b c d e f g h i j k l".split(" "));
const letter: fc.Arbitrary<Letter> = fc.record({
  id: fc.option(id, { freq: 8 }),
  ancestors: fc.array(id, { maxLength: 4 }),
  sentAtMs: fc.integer({ min: 0, max: 20 }),
  subject: fc.constantFrom("", "PLAN", "TEA", "LUNCH"),
  isReply: fc.boolean(),
});

test("REFERENCES makes the threads of its steps one after another", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(letter, { maxLength: 16 }), async (letters) => {
      assert.equal(await threaded(letters), plainly(letters));
    }),
    { numRuns: 1_500 },
  );
});

test("ORDEREDSUBJECT makes a thread of each subject, and every message is in one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(letter, { maxLength: 20 }), async (letters) => {
      const threads = await orderedSubject(messagesOf(letters).bySentDate, new SearchPace(signal));
      assert.equal(threads.length, new Set(letters.map(({ subject }) => subject)).size);
      for (const { message, children } of threads) {
        assert.ok(
          children.every((child) => child.children.length === 0 && child.message?.subject === message?.subject),
        );
      }
      const ranks = threads.map(({ message }) => message?.rank ?? -1);
      assert.deepEqual(
        ranks,
        ranks.toSorted((a, b) => a - b),
      );
      assert.equal(
        threads.reduce((sum, { children }) => sum + 1 + children.length, 0),
        letters.length,
      );
    }),
  );
});

suite("made to hurt", () => {
  const plain = { subject: "", isReply: false };
  const count = 20_000;
  const chain = Array.from({ length: count }, (_, at): Letter => {
    return { ...plain, id: `${at}`, ancestors: at === 0 ? [] : [`${at - 1}`], sentAtMs: at };
  });

  for (const [what, letters, roots] of [
    ["one thread, twenty thousand answers deep", chain, 1],
    ["the same, answers before what they answer", chain.toReversed(), 1],
    ["each answers itself", chain.map((one) => ({ ...one, ancestors: [one.id ?? ""] })), count],
    [
      "pairs that answer each other",
      chain.map((one, at) => ({ ...one, ancestors: [`${at % 2 === 0 ? at + 1 : at - 1}`] })),
      count / 2,
    ],
    ["all answer one that is missing", chain.map((one) => ({ ...one, ancestors: ["gone"] })), 1],
    ["all have one subject", chain.map((one) => ({ ...one, ancestors: [], subject: "SAME" })), 1],
    ["all have one Message-ID", chain.map((one) => ({ ...one, id: "same", ancestors: [] })), count],
  ] as const) {
    test(what, async () => {
      const { all, bySentDate } = messagesOf(letters);
      const pace = new SearchPace(signal);
      const threads = await gatherBySubject(await linkByReferences(all, bySentDate, pace), pace);
      assert.equal(threads.length, roots);
      let told = 0;
      const waiting = [...threads];
      for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
        if (node.message !== null) told++;
        for (const child of node.children) waiting.push(child);
      }
      assert.equal(told, count);
    });
  }
});

test("others have a turn while a hundred thousand messages are threaded", async () => {
  const letters = Array.from({ length: 100_000 }, (_, at): Letter => {
    return {
      id: `${at}`,
      ancestors: [`${at - (at % 7)}`],
      sentAtMs: at,
      subject: `${at % 1_000}`,
      isReply: at % 2 === 0,
    };
  });
  const { all, bySentDate } = messagesOf(letters);
  const pace = new SearchPace(signal);
  let turns = 0;
  let done = false;
  const others = (): void => {
    turns++;
    if (!done) setImmediate(others);
  };
  setImmediate(others);
  await byLatestArrival(await gatherBySubject(await linkByReferences(all, bySentDate, pace), pace), pace);
  done = true;
  assert.ok(turns >= 50, `${turns} turns`);
});

test("a message with 5,000 references has its root and its nearest ancestors", async () => {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const inbox = await account.find(mailboxName("INBOX"));
  const ids = Array.from({ length: 5_000 }, (_, at) => `<${at}@x>`);
  const items = [];
  for (const text of [
    "Message-ID: <0@x>\r\nSubject: root\r\n\r\n",
    "Message-ID: <4999@x>\r\nSubject: nearest\r\n\r\n",
    `Message-ID: <m@x>\r\nSubject: m\r\nReferences: ${ids.join("\r\n ")}\r\n\r\n`,
  ])
    items.push({ message: await stage(account, text), flags: noFlags, internalDateMs: 0 });
  await account.append(inbox.id, items);
  using mailbox = await account.open(inbox.id, "read-write");
  const matches: Match[] = [];
  for await (const some of search(mailbox, { kind: "all" }, { order: "oldest-first", signal })) matches.push(...some);
  const threads = await threadMatches(mailbox, matches, "references", { signal });
  assert.equal(threads.map(shown).join(""), "(1 (2 (3)))");
});
