// SORT and THREAD beside Dovecot's (Debian's dovecot-imapd; made with 2.3.19): the same six hundred real messages of mailing
// lists, the same order and the same threads. Where the answers differ, the test says which sentence decides.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { DovecotImap, dovecotIsThere } from "../support/dovecot-imap.ts";
import type { ImapClient } from "../support/imap-client.ts";
import { PostOffice } from "../support/post-office.ts";
import { ourMailbox, samples } from "../support/sample-mail.ts";

const skip = dovecotIsThere ? false : "Dovecot (Debian: dovecot-imapd) is not installed";

/** The threads of a THREAD response, each as it is written. */
function threadsIn(text: string): string[] {
  const threads: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(" && depth++ === 0) start = at;
    if (text[at] === ")" && --depth === 0) threads.push(text.slice(start, at + 1));
  }
  return threads;
}

const lastOf = (thread: string): number => Math.max(...(thread.match(/\d+/g) ?? []).map(Number));

suite("beside Dovecot", { skip }, () => {
  const scope = new AsyncDisposableStack();
  after(() => scope.disposeAsync());
  const opening = skip === false ? open() : null;
  async function open(): Promise<{ ours: ImapClient; dovecot: DovecotImap }> {
    // Neighbours, so that there are threads.
    const list = samples((at) => at >= 400 && at < 1_000);
    const office = scope.use(await PostOffice.open());
    return { ours: scope.use(await ourMailbox(office, list)), dovecot: scope.use(await DovecotImap.open(list)) };
  }

  /** The untagged answers of both. */
  async function ask(command: string): Promise<readonly [our: string, their: string]> {
    assert.ok(opening !== null);
    const { ours, dovecot } = await opening;
    const label = `* ${command.replace("UID ", "").split(" ")[0]}`;
    const our = (await ours.ok(command)).untagged.map(({ text }) => text);
    const their = await dovecot.command(command);
    const [one, other] = [our, their].map((lines) => lines.filter((line) => line.startsWith(label)));
    assert.equal(one?.length, 1);
    return [one?.[0] ?? "", other?.[0] ?? ""];
  }

  const keys = ["ARRIVAL", "CC", "DATE", "FROM", "SIZE", "SUBJECT", "TO", "DISPLAYFROM", "DISPLAYTO"];
  for (const program of [
    ...keys,
    ...keys.map((key) => `REVERSE ${key}`),
    "FROM REVERSE DATE",
    "SUBJECT REVERSE SIZE",
  ]) {
    test(`SORT (${program}) has Dovecot's order`, async () => {
      const [our, their] = await ask(`SORT (${program}) UTF-8 ALL`);
      assert.equal(our.split(" ").length, 602);
      assert.equal(our, their);
    });
  }

  test("UID SORT of what a search finds has Dovecot's order", async () => {
    const [our, their] = await ask("UID SORT (REVERSE DATE) US-ASCII SUBJECT re UNSEEN");
    assert.ok(our.split(" ").length > 5);
    assert.equal(our, their);
  });

  for (const command of [
    "THREAD ORDEREDSUBJECT UTF-8 ALL",
    "THREAD REFERENCES UTF-8 ALL",
    "THREAD REFERENCES UTF-8 SUBJECT re",
    "UID THREAD REFERENCES UTF-8 NOT 1:300",
  ]) {
    test(`${command} has Dovecot's threads`, async () => {
      const [our, their] = await ask(command);
      assert.ok(threadsIn(our).length > 50);
      assert.equal(our, their);
    });
  }

  // draft-ietf-morg-inthread 4 sorts threads by the most recent INTERNALDATE in each; Dovecot by the most recent sent date.
  test("THREAD REFS has Dovecot's threads, in the order in which their last messages arrived", async () => {
    const [our, their] = await ask("THREAD REFS UTF-8 ALL");
    const threads = threadsIn(our);
    assert.deepEqual(threads.toSorted(), threadsIn(their).toSorted());
    assert.deepEqual(
      threads,
      threads.toSorted((a, b) => lastOf(a) - lastOf(b)),
    );
  });

  test("ESORT has Dovecot's ends", async () => {
    assert.ok(opening !== null);
    const { ours, dovecot } = await opening;
    const command = "UID SORT RETURN (MIN MAX COUNT) (REVERSE DATE) UTF-8 FROM com";
    const our = (await ours.ok(command)).untagged.map(({ text }) => text).find((line) => line.startsWith("* ESEARCH"));
    const their = (await dovecot.command(command)).find((line) => line.startsWith("* ESEARCH"));
    const items = (line: string | undefined): string[] => (line?.match(/(?:MIN|MAX|COUNT) \d+/g) ?? []).sort();
    assert.equal(items(our).length, 3);
    assert.deepEqual(items(our), items(their));
  });
});
