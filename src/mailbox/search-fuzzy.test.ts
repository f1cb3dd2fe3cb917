// Fuzzy searches of a mailbox (RFC 6203): where words are looked for, how relevant a message is, and that nothing is missing
// that an exact search finds.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { said, words, written } from "../../test/support/searched-mail.ts";
import { noFlags, systemFlags } from "../model/flags.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import { search } from "./search.ts";
import type { Criterion, FuzzyPlace } from "./search-criterion.ts";

const { signal } = new AbortController();

async function found(mailbox: OpenMailbox, criterion: Criterion): Promise<[number, number | undefined][]> {
  const all: [number, number | undefined][] = [];
  for await (const matches of search(mailbox, criterion, { order: "oldest-first", signal, scores: "wanted" }))
    for (const { uid, relevancy } of matches) all.push([uid, relevancy]);
  return all;
}

const fuzzy = (within: FuzzyPlace, text: string): Criterion => ({ kind: "fuzzy", within, text });

suite("a fuzzy search of a mailbox", () => {
  const scope = new AsyncDisposableStack();
  after(() => scope.disposeAsync());
  const opening = (async () => {
    const world = scope.use(await embedded());
    await world.mail.create(testAccount);
    const account = scope.use(await world.mail.open(testAccount));
    const letters = [
      "From: Hélène <h@example.net>\r\nSubject: Quarterly report\r\n\r\nnothing else",
      "From: Report <report@example.net>\r\nSubject: Lunch\r\n\r\nQuarterly lunch",
      "From: Bob <bob@example.net>\r\nSubject: Lunch\r\nX-Kind: reminder\r\n\r\nThe report, quarterly",
      "From: Bob <bob@example.net>\r\nSubject: Quaterly reprot\r\n\r\nx",
      `From: Bob <bob@example.net>\r\nSubject: Lunch\r\n\r\n${"quarterly report ".repeat(2_000)}`,
      "From: Bob <bob@example.net>\r\nSubject: Annual report\r\n\r\nx",
    ];
    const inbox = await account.find(mailboxName("INBOX"));
    const items = [];
    for (const letter of letters) items.push({ message: await stage(account, letter), flags: noFlags });
    await account.append(inbox.id, items);
    const mailbox = scope.use(await account.open(inbox.id, "read-write"));
    await mailbox.storeFlags([mailbox.uidAt(6) ?? assert.fail()], "add", {
      bits: systemFlags["\\Flagged"],
      keywords: [],
    });
    return { world, account, mailbox };
  })();

  test("scores subject above sender above body, and the very words above others", async () => {
    const { mailbox } = await opening;
    assert.deepEqual(await found(mailbox, fuzzy("message", "quarterly report")), [
      [1, 100],
      // One word in the sender's name and address, the other in the body.
      [2, 65],
      [3, 45],
      // Both misspelled in the subject.
      [4, 50],
      // Again and again in the body.
      [5, 63],
    ]);
  });

  test("looks where it is asked to", async () => {
    const { mailbox } = await opening;
    const uids = async (within: FuzzyPlace, text: string): Promise<number[]> =>
      (await found(mailbox, fuzzy(within, text))).map(([uid]) => uid);
    assert.deepEqual(await uids("subject", "report quarterly"), [1, 4]);
    assert.deepEqual(await uids("body", "report quarterly"), [3, 5]);
    assert.deepEqual(await uids("from", "helene"), [1]);
    assert.deepEqual(await uids({ field: "x-kind" }, "remindr"), [3]);
    assert.deepEqual(await uids("message", "remindr"), [3]);
    assert.deepEqual(await uids("message", "nowhere"), []);
  });

  test("takes the mean of what must match, and the best of what may", async () => {
    const { mailbox } = await opening;
    const lunch = fuzzy("subject", "lnuch");
    const report = fuzzy("body", "report");
    assert.deepEqual(await found(mailbox, { kind: "and", of: [lunch, report] }), [
      [3, 63],
      [5, 73],
    ]);
    assert.deepEqual(await found(mailbox, { kind: "or", of: [fuzzy("subject", "quarterly"), report] }), [
      [1, 100],
      [3, 75],
      [4, 50],
      [5, 95],
    ]);
    const flagged: Criterion = { kind: "flag", bit: systemFlags["\\Flagged"] };
    // Found without a look at its words.
    assert.deepEqual(await found(mailbox, { kind: "or", of: [flagged, fuzzy("subject", "annul")] }), [[6, 100]]);
    assert.deepEqual(await found(mailbox, { kind: "and", of: [flagged, fuzzy("subject", "annul")] }), [[6, 50]]);
    assert.deepEqual(await found(mailbox, { kind: "and", of: [fuzzy("from", "bob"), { kind: "not", of: lunch }] }), [
      [4, 100],
      [6, 100],
    ]);
  });

  test("finds whatever an exact one finds", async () => {
    const { account } = await opening;
    const box = await account.create(mailboxName("many"));
    const items = [];
    for (const [at, message] of fc.sample(said, { numRuns: 40, seed: 6_203 }).entries())
      items.push({ message: await stage(account, written(message, at)), flags: noFlags });
    await account.append(box.id, items);
    using mailbox = await account.open(box.id, "read-only");
    const piece = fc.constantFrom(...words).chain((word) => {
      const letters = Array.from(word);
      return fc
        .tuple(fc.nat(letters.length - 1), fc.nat(letters.length))
        .map(([from, length]) => letters.slice(from, from + length + 1).join(""))
        .filter((text) => text.trim() !== "");
    });
    const pair = fc.oneof(
      piece.map((text): [Criterion, Criterion] => [
        { kind: "envelope", field: "subject", text },
        fuzzy("subject", text),
      ]),
      piece.map((text): [Criterion, Criterion] => [{ kind: "text", within: "message", text }, fuzzy("message", text)]),
      piece.map((text): [Criterion, Criterion] => [{ kind: "text", within: "body", text }, fuzzy("body", text)]),
      piece.map((text): [Criterion, Criterion] => [
        { kind: "header", field: "x-note", text },
        fuzzy({ field: "X-Note" }, text),
      ]),
    );
    await fc.assert(
      fc.asyncProperty(pair, async ([exact, about]) => {
        const uids = new Set((await found(mailbox, about)).map(([uid]) => uid));
        for (const [uid] of await found(mailbox, exact)) assert.ok(uids.has(uid), `${uid} is missing`);
      }),
      { numRuns: 60 },
    );
  });

  test("without scores reads no further than it must", async () => {
    const { mailbox } = await opening;
    const uids: number[] = [];
    const criterion = fuzzy("message", "quarterly report");
    for await (const matches of search(mailbox, criterion, { order: "newest-first", signal }))
      for (const match of matches) {
        assert.equal(match.relevancy, undefined);
        uids.push(match.uid);
      }
    assert.deepEqual(uids, [5, 4, 3, 2, 1]);
  });
});
