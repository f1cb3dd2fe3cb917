// Reading contents and bodies in runs, held to reading them one by one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { embedded, stage, testAccount } from "../../../test/support/embedded.ts";
import { noFlags } from "../../model/flags.ts";
import { asContentId, type ContentId } from "../../model/ids.ts";
import { mailboxName } from "../../model/mailbox-name.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import type { AccountStore } from "../store.ts";
import { findBody, readContents, readInlineBodies } from "./contents.ts";

const message = (number: number, bytes: number): string =>
  `From: a@example.org\r\nSubject: number ${number}\r\n\r\n${"x".repeat(bytes)}\r\n`;

/** An account whose contents are 1 to 130; every tenth body lies in a file. */
async function withContents(body: (store: AccountStore) => Promise<void>): Promise<void> {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const { id } = await account.find(mailboxName("INBOX"));
  for (let number = 1; number <= 130; number++) {
    const staged = await stage(account, message(number, number % 10 === 0 ? 140_000 : 10 * number));
    await account.append(id, [{ message: staged, flags: noFlags }]);
  }
  await body(await world.stores.account(testAccount));
}

const orders: readonly (readonly [string, readonly number[]])[] = [
  ["all in order", Array.from({ length: 130 }, (_, at) => at + 1)],
  ["backwards", [7, 6, 5, 4]],
  ["with gaps, and one twice", [1, 2, 3, 9, 11, 12, 12, 13, 40, 2]],
  ["one", [130]],
  ["none", []],
];

test("contents and bodies read in runs are those read one by one, in their order", () =>
  withContents(async (store) => {
    for (const [name, numbers] of orders) {
      const contents = numbers.map(asContentId);
      const rows = await store.read(() => readContents(contents));
      const alone = [];
      for (const content of contents) alone.push(...(await store.read(() => readContents([content]))));
      assert.deepEqual(rows, alone, name);
      assert.deepEqual(
        rows.map(({ content }) => content),
        contents,
        name,
      );
      const bodies = await store.read(() => readInlineBodies(contents, Number.POSITIVE_INFINITY));
      const wanted = new Map<ContentId, Uint8Array>();
      for (const content of contents) {
        const place = await store.read(() => findBody(content));
        if (place.kind === "inline") wanted.set(content, place.bytes);
      }
      assert.deepEqual(bodies, wanted, name);
    }
  }));

test("a content that is missing within a run is damage, and is named", () =>
  withContents(async (store) => {
    const reading = store.read(() => readContents([129, 130, 131, 132].map(asContentId)));
    await assert.rejects(reading, (error: unknown) => {
      const { problem, cause } = error instanceof ProblemRefusal ? error : { problem: null, cause: null };
      return problem?.kind === "data-damaged" && cause instanceof Error && cause.message.includes("131");
    });
  }));

test("bodies are read until they hold as much as was asked for, and little more", () =>
  withContents(async (store) => {
    const contents = Array.from({ length: 130 }, (_, at) => asContentId(at + 1));
    const some = await store.read(() => readInlineBodies(contents, 1_000));
    assert.ok(some.size >= 1 && some.size <= 32, `${some.size} bodies`);
    assert.equal((await store.read(() => readInlineBodies(contents, 0))).size, 0);
  }));
