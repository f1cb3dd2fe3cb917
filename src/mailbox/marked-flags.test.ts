// Flags that are marked from the view, held to flags that the store changes itself: the same answers, and the same rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { type FlagChange, type FlagSet, flagSet, noFlags } from "../model/flags.ts";
import { asAccountId, asModSeq, asUid, type MailboxId, type ModSeq, type Uid } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { all, type Row, sql, type Work } from "../store/sql.ts";
import type { AccountStore } from "../store/store.ts";
import { storeFlags } from "../store/work/store-flags.ts";
import type { AccountMail } from "./mail.ts";
import type { OpenMailbox } from "./open-mailbox.ts";

const other = asAccountId("00000000000000bb");
const messages = 30;

/** The same numbers for the same seed. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Side {
  readonly account: AccountMail;
  readonly inbox: MailboxId;
  readonly open: OpenMailbox;
  readonly store: AccountStore;
}

async function withSides(body: (marked: Side, slow: Side) => Promise<void>, reached?: (point: string) => void) {
  await using world = await embedded(reached === undefined ? {} : { reached });
  const side = async (id: typeof other): Promise<Side> => {
    await world.mail.create(id);
    const account = await world.mail.open(id);
    const { id: inbox } = await account.find(mailboxName("INBOX"));
    const side = {
      account,
      inbox,
      open: await account.open(inbox, "read-write"),
      store: await world.stores.account(id),
    };
    for (let number = 0; number < messages; number++) await append(side, number);
    return side;
  };
  const [marked, slow] = [await side(testAccount), await side(other)];
  await body(marked, slow);
  for (const { open, account } of [marked, slow]) {
    open[Symbol.dispose]();
    account[Symbol.dispose]();
  }
}

async function append({ account, inbox }: Side, number: number): Promise<void> {
  const message = await stage(account, `Subject: ${number}\r\n\r\n${"x".repeat(number)}\r\n`);
  await account.append(inbox, [{ message, flags: noFlags }]);
}

function* rows(): Work<readonly Row[][]> {
  return [
    [
      ...(yield* all<Row>(
        sql`select mailbox, uid, flags, keywords, seen_by, size, mod_seq from message order by mailbox, uid`,
      )),
    ],
    [
      ...(yield* all<Row>(sql`select id, highest_mod_seq, previous_mod_seq, messages, unseen, deleted, bytes, deleted_bytes
        from mailbox order by id`)),
    ],
    [...(yield* all<Row>(sql`select mailbox, mod_seq, kind, uids from change order by mod_seq, mailbox`))],
    [...(yield* all<Row>(sql`select mod_seq from account`))],
  ];
}

const flagSets: readonly FlagSet[] = [
  flagSet(1, []),
  flagSet(8, []),
  flagSet(9, ["$Junk"]),
  flagSet(0, ["$Junk", "Later"]),
  flagSet(4, []),
  noFlags,
];
const changes: readonly FlagChange[] = ["add", "remove", "replace"];

test("flags marked from the view are those that the store would have made, in its answers and in its rows", async () => {
  let journaled = 0;
  await withSides(
    async (marked, slow) => {
      const pick = chance(1);
      let last = 0;
      for (let step = 0; step < 400; step++) {
        const kind = pick(40);
        if (kind === 0) for (const side of [marked, slow]) await append(side, step);
        else if (kind === 1) for (const side of [marked, slow]) await expungeSome(side);
        else if (kind < 5) assert.deepEqual(await marked.store.read(rows), await slow.store.read(rows), `step ${step}`);
        else {
          const uids = [...new Set(Array.from({ length: pick(4) + 1 }, () => asUid(1 + pick(messages + 4))))];
          uids.sort((a, b) => a - b);
          const [change, flags] = [changes[pick(3)] ?? "add", flagSets[pick(flagSets.length)] ?? noFlags];
          const unchangedSince = pick(4) === 0 ? asModSeq(Math.max(1, last - pick(5))) : undefined;
          const one = await marked.open.storeFlags(uids, change, flags, unchangedSince);
          const two = await slowly(slow, { uids, change, flags, unchangedSince });
          const { stored, changed, modified, modSeq } = one;
          assert.deepEqual({ stored, changed, modified, modSeq }, two, `step ${step}`);
          last = one.modSeq ?? last;
        }
      }
      assert.deepEqual(await marked.store.read(rows), await slow.store.read(rows));
    },
    (point) => {
      if (point === "after-journal") journaled++;
    },
  );
  assert.ok(journaled > 100, `only ${journaled} changes went through the journal`);
});

interface Order {
  readonly uids: readonly Uid[];
  readonly change: FlagChange;
  readonly flags: FlagSet;
  readonly unchangedSince: ModSeq | undefined;
}

async function slowly({ store, inbox: mailbox }: Side, order: Order) {
  const { stored, changed, modified, modSeq } = await store.write(() => storeFlags({ mailbox, ...order }), "soon");
  return { stored, changed, modified, modSeq };
}

/** By another session, whose news reach the first one's view before it goes on. */
async function expungeSome({ account, inbox }: Side): Promise<void> {
  using session = await account.open(inbox, "read-write");
  await session.expunge();
}

test("what is marked is read by whoever asks the store, and told to the other sessions", () =>
  withSides(async ({ open, account, inbox, store }) => {
    using watcher = await account.open(inbox, "read-write");
    const { modSeq } = await open.storeFlags([asUid(3)], "add", flagSet(1, ["$Junk"]));
    assert.deepEqual(
      watcher.takeNews("tell").flagged.map(({ uid }) => uid),
      [3],
    );
    assert.deepEqual(watcher.facts(3)?.flags, flagSet(1, ["$Junk"]));
    const [row] = await store.read(function* () {
      return yield* all<Row>(sql`select flags, keywords, mod_seq as "modSeq" from message where uid = 3`);
    });
    assert.deepEqual({ ...row }, { flags: 1, keywords: "$Junk", modSeq });
    assert.equal((await account.find(mailboxName("INBOX"))).unseen, messages - 1);
  }));

test("a change while another one is being committed is made behind it", () =>
  withSides(async ({ open, store, inbox }) => {
    const order = {
      mailbox: inbox,
      uids: [asUid(1)],
      change: "add",
      flags: flagSet(4, []),
      unchangedSince: undefined,
    } as const;
    // Committed, and not yet known to the view.
    const written = store.write(() => storeFlags(order), "soon");
    const [{ modSeq: first }, { modSeq: second }] = await Promise.all([
      written,
      written.then(() => open.storeFlags([asUid(2)], "add", flagSet(8, []))),
    ]);
    assert.ok(first !== null && second !== null && second > first);
    const flags = [1, 2].map((uid) => open.facts(uid)?.flags.bits);
    assert.deepEqual(flags, [4, 8]);
  }));
