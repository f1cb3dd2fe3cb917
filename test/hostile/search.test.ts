// Clients that search for more than is good for anybody, and mail that is meant to make searching costly: many words, fuzzy ones,
// trees of OR, and a flood of mail while somebody searches (RFC 9051 6.4.4, RFC 6203).

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { imapFuzzyKeysMax, imapSearchKeysMax } from "../../src/base/limits.ts";
import { Chance } from "../support/chance.ts";
import type { ImapClient } from "../support/imap-client.ts";
import { Siege } from "./siege.ts";

const patienceMs = 60_000;
const messagesMany = 150;
const chance = new Chance(1);
const word = (): string =>
  Array.from({ length: chance.between(3, 12) }, () => String.fromCharCode(97 + chance.below(26))).join("");
const vocabulary = Array.from({ length: 3_000 }, word);
const known = (): string => chance.pick(vocabulary);
const times = (count: number, what: () => string): string => Array.from({ length: count }, what).join(" ");

function letter(words: number): Buffer {
  const text = Array.from({ length: words }, (_, at) => known() + (at % 12 === 11 ? "\r\n" : " ")).join("");
  return Buffer.from(`From: ${word()}@example.net\r\nSubject: ${known()}\r\n\r\n${text}\r\n`);
}

/** A full tree of OR: as many leaves as a search may have keys, or less. */
const tree = (depth: number, leaf: () => string): string =>
  depth === 0 ? leaf() : `OR (${tree(depth - 1, leaf)}) (${tree(depth - 1, leaf)})`;

suite("searches under siege", { timeout: 300_000 }, () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin();
    using client = await siege.logIn(patienceMs);
    await client.ok("CREATE many");
    const tags = Array.from({ length: messagesMany }, () => client.send("APPEND many ", letter(60)));
    for (const tag of tags) assert.equal((await client.completion(tag)).status, "OK");
  });
  after(() => siege[Symbol.asyncDispose]());

  async function selected(mailbox = "many"): Promise<ImapClient> {
    const client = await siege.logIn(patienceMs);
    await client.ok(`EXAMINE ${mailbox}`);
    return client;
  }

  test("as many keys as there may be, of words that are near, far or missing, are looked for in turns", async () => {
    await siege.endure(async () => {
      using client = await selected();
      for (const search of [
        `SEARCH ${times(imapSearchKeysMax, () => `TEXT ${known()}`)}`,
        `SEARCH ${times(400, () => `NOT TEXT ${known()}`)}`,
        `SEARCH ${times(imapFuzzyKeysMax, () => `FUZZY TEXT ${known()}`)}`,
        `SEARCH ${times(imapFuzzyKeysMax, () => `NOT FUZZY BODY ${word()}`)}`,
        `SEARCH ${tree(8, () => `TEXT ${known()}`)}`,
        `SEARCH FUZZY (${tree(4, () => `FUZZY TEXT ${known()}`)})`,
        `SEARCH ${tree(5, () => `NOT FUZZY SUBJECT ${word()}`)}`,
        `SORT RETURN (COUNT) (RELEVANCY SUBJECT) UTF-8 ${times(imapFuzzyKeysMax, () => `FUZZY TEXT ${known()}`)}`,
        `SEARCH ${times(imapFuzzyKeysMax, () => `OR FROM nobody FUZZY TEXT "${times(16, known)}"`)}`,
        `SEARCH FUZZY TEXT "${times(6_000, known)}"`,
        `SEARCH FUZZY TEXT "${"abcdefghij".repeat(6_000)}"`,
        `SEARCH FUZZY TEXT "${"a".repeat(60_000)}"`,
      ])
        assert.equal((await client.run(search)).status, "OK", search.slice(0, 40));
      for (const [search, status] of [
        [`SEARCH ${times(imapSearchKeysMax + 1, () => "TEXT a")}`, "NO"],
        [`SEARCH ${times(imapFuzzyKeysMax + 1, () => "FUZZY TEXT a")}`, "NO"],
        [`SEARCH FUZZY (${times(imapFuzzyKeysMax + 1, () => "TEXT a")})`, "NO"],
        [`SEARCH FUZZY ${"FUZZY ".repeat(9_000)}ALL`, "BAD"],
        [`SEARCH ${"FUZZY (".repeat(9_000)}`, "BAD"],
        [`ESEARCH IN (mailboxes (${"many ".repeat(3_000)}many)) ALL`, "NO"],
        [`ESEARCH IN (subtree (${'"" '.repeat(3_000)}"")) ALL`, "NO"],
        [`ESEARCH IN (${"personal ".repeat(6_000)}) ALL`, "BAD"],
        [`ESEARCH IN ${"(".repeat(60_000)}`, "BAD"],
      ] as const)
        assert.equal((await client.run(search)).status, status, search.slice(0, 40));
    });
  });

  test("searches go on while mail floods in, and find it", async () => {
    await siege.endure(async () => {
      using searcher = await selected("INBOX");
      using sender = await siege.logIn(patienceMs);
      const tags = Array.from({ length: 300 }, (_, at) =>
        sender.send("APPEND INBOX ", Buffer.from(`Subject: flood${at}x\r\n\r\n${times(200, known)} marker\r\n`)),
      );
      let over = false;
      const flood = (async () => {
        for (const tag of tags) assert.equal((await sender.completion(tag)).status, "OK");
        over = true;
      })();
      for (let turn = 0; !over; turn++) {
        await searcher.ok(`SEARCH RETURN (COUNT) TEXT ${known()} SUBJECT flood`);
        await searcher.ok(`SEARCH RETURN (COUNT) FUZZY TEXT ${known()}`);
        await searcher.ok("NOOP");
      }
      await flood;
      for (let turn = 0; turn < 5; turn++) {
        const { untagged } = await searcher.ok("SEARCH RETURN (COUNT) TEXT marker");
        assert.match(untagged.map(({ text }) => text).join(), /COUNT 300/);
        await sleep(300);
      }
    });
  });
});
