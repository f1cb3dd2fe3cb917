// Searching a mailbox: what is found is what a naive reader finds; what is read, when others have their turn, and what they
// do meanwhile.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { matches, otherLines, type Said, type Stored, said, words, written } from "../../test/support/searched-mail.ts";
import { systemFlags } from "../model/flags.ts";
import { asContentId, asThreadId } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { uidSet } from "../model/uid-set.ts";
import type { AccountMail } from "./mail.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import { search } from "./search.ts";
import type { Criterion } from "./search-criterion.ts";

const messagesCount = 60;
const day = 86_400_000;

/** INBOX with some sixty messages, and what they say. */
async function furnish(account: AccountMail, advance: (ms: number) => void): Promise<Said[]> {
  const inbox = await account.find(mailboxName("INBOX"));
  const all = fc.sample(said, { numRuns: messagesCount, seed: 20_260_105 });
  for (let from = 0; from < all.length; from += 7) {
    const items = [];
    for (const [at, message] of all.slice(from, from + 7).entries()) {
      const { flags, internalDateMs } = message;
      items.push({ message: await stage(account, written(message, from + at)), flags, internalDateMs });
    }
    await account.append(inbox.id, items);
    advance(day / 3);
  }
  return all;
}

async function describe(mailbox: OpenMailbox, all: readonly Said[]): Promise<Stored[]> {
  const stored: Stored[] = [];
  for (const [at, message] of all.entries()) {
    const facts = mailbox.facts(mailbox.uidAt(at + 1) ?? 0);
    assert.ok(facts !== undefined);
    const { uid, modSeq, size, content } = facts;
    const [{ thread } = { thread: 0 }] = await mailbox.contents([content]);
    const [savedAtMs = null] = await mailbox.saveDates([uid]);
    const body = await mailbox.body(content);
    stored.push({
      said: message,
      uid,
      modSeq,
      size,
      content,
      thread,
      savedAtMs: savedAtMs ?? 0,
      recent: mailbox.isRecent(uid),
      otherLines: otherLines(await body.slice(0, body.size)),
    });
  }
  return stored;
}

const needle = fc
  .tuple(
    fc.constantFrom(...words, "hello world", "p1@example", "<p0", ", "),
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .chain(([word, start, less]) => {
    const letters = Array.from(word);
    const piece = letters
      .slice(start % letters.length, Math.max(1, letters.length - less))
      .join("")
      .trim();
    return fc.constantFrom(piece, piece.toUpperCase(), piece.toLowerCase(), piece.normalize("NFD"), "");
  });
const dayStart = fc.integer({ min: 0, max: 10 }).map((days) => Date.UTC(2026, 0, 4) + days * day);

function leafOf(stored: readonly Stored[]): fc.Arbitrary<Criterion> {
  const one = fc.constantFrom(...stored);
  const range = (of: Extract<Criterion, { kind: "range" }>["of"], from: fc.Arbitrary<number>) =>
    fc.tuple(from, fc.constantFrom(-1, 0, 1)).map(([value, side]): Criterion => {
      const width = of === "size" ? 200 : of === "modSeq" ? 2 : day;
      return { kind: "range", of, from: side < 0 ? -Infinity : value, below: side > 0 ? Infinity : value + width };
    });
  return fc.oneof(
    fc.constant<Criterion>({ kind: "all" }),
    fc.constant<Criterion>({ kind: "recent" }),
    fc
      .array(fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 })), { maxLength: 4 })
      .map((ranges): Criterion => ({ kind: "uids", uids: uidSet(ranges) })),
    fc.constantFrom(...Object.values(systemFlags)).map((bit): Criterion => ({ kind: "flag", bit })),
    fc.constantFrom("$work", "$JUNK", "paid", "none").map((keyword): Criterion => ({ kind: "keyword", keyword })),
    one.map(({ content }): Criterion => ({ kind: "content", content: asContentId(content) })),
    one.map(({ thread }): Criterion => ({ kind: "thread", thread: asThreadId(thread) })),
    range(
      "size",
      one.map(({ size }) => size),
    ),
    range(
      "modSeq",
      one.map(({ modSeq }) => modSeq),
    ),
    range("internalDateMs", dayStart),
    range(
      "savedAtMs",
      dayStart.map((ms) => ms + 10 * day),
    ),
    range("sentLocalMs", dayStart),
    fc
      .tuple(fc.constantFrom("subject", "from", "to", "cc"), needle)
      .map(([field, text]): Criterion => ({ kind: "envelope", field, text })),
    fc
      .tuple(fc.constantFrom("Subject", "X-NOTE", "from", "to", "missing"), needle)
      .map(([field, text]): Criterion => ({ kind: "header", field, text })),
    fc
      .tuple(fc.constantFrom("body", "message"), needle)
      .map(([within, text]): Criterion => ({ kind: "text", within, text })),
  );
}

function criterionOf(stored: readonly Stored[]): fc.Arbitrary<Criterion> {
  return fc.letrec<{ criterion: Criterion }>((tie) => ({
    criterion: fc.oneof(
      { maxDepth: 3, depthIdentifier: "criterion" },
      { weight: 3, arbitrary: leafOf(stored) },
      { weight: 1, arbitrary: tie("criterion").map((of): Criterion => ({ kind: "not", of })) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            fc.constantFrom("and", "or"),
            fc.array(tie("criterion"), { maxLength: 4, depthIdentifier: "criterion" }),
          )
          .map(([kind, of]): Criterion => ({ kind, of })),
      },
    ),
  })).criterion;
}

const never = new AbortController().signal;

async function found(
  mailbox: OpenMailbox,
  criterion: Criterion,
  order: "oldest-first" | "newest-first" = "oldest-first",
): Promise<number[]> {
  const uids: number[] = [];
  for await (const some of search(mailbox, criterion, { order, signal: never }))
    uids.push(...some.map(({ uid }) => uid));
  return uids;
}

suite("a search", () => {
  const scope = new AsyncDisposableStack();
  after(() => scope.disposeAsync());
  const opening = (async () => {
    const world = scope.use(await embedded());
    await world.mail.create(testAccount);
    const account = scope.use(await world.mail.open(testAccount));
    const all = await furnish(account, (ms) => world.clock.advance(ms));
    const inbox = await account.find(mailboxName("INBOX"));
    const mailbox = scope.use(await account.open(inbox.id, "read-write"));
    return { mailbox, stored: await describe(mailbox, all) };
  })();

  test("finds what a naive reader finds, in either order", async () => {
    const { mailbox, stored } = await opening;
    await fc.assert(
      fc.asyncProperty(criterionOf(stored), async (criterion) => {
        const expected = stored.filter((message) => matches(message, criterion)).map(({ uid }) => uid);
        assert.deepEqual(await found(mailbox, criterion), expected);
        assert.deepEqual(await found(mailbox, criterion, "newest-first"), expected.toReversed());
      }),
      { numRuns: 400 },
    );
  });

  test("finds each leaf's messages, and some for most leaves", async () => {
    const { mailbox, stored } = await opening;
    let some = 0;
    await fc.assert(
      fc.asyncProperty(leafOf(stored), async (criterion) => {
        const expected = stored.filter((message) => matches(message, criterion)).map(({ uid }) => uid);
        if (expected.length > 0 && expected.length < stored.length) some++;
        assert.deepEqual(await found(mailbox, criterion), expected);
      }),
      { numRuns: 400 },
    );
    assert.ok(some > 100, `only ${some} of 400 leaves told messages apart`);
  });
});
