// COPY, MOVE and REPLACE between accounts: the rights to both mailboxes, the limits of the one that gets, and nothing lost or doubled.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  addresses,
  everything,
  flagsIn,
  grant,
  opened,
  put,
  refusedAs,
  theirs,
  withTwo,
} from "../../../test/support/shared-world.ts";
import { transferMessagesMax } from "../../base/limits.ts";
import { flagSet } from "../../model/flags.ts";
import { mailboxName } from "../../model/mailbox-name.ts";

const seen = flagSet(1, []);

suite("between accounts", () => {
  test("a copy takes the copier's flags along, and is another message", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrswit");
      await put(asha, "INBOX", "one", flagSet(1 | 4, ["$Work"]));
      const name = theirs("asha", "INBOX");
      using his = await opened(sahir, name);
      const [uid] = his.uidsWithin(everything);
      assert.ok(uid !== undefined);
      const home = await sahir.find(mailboxName("Archive"));
      const there = await his.copy([uid], home.id);
      assert.deepEqual([there.from.length, there.to.length], [1, 1]);
      using archive = await opened(sahir, "Archive");
      assert.deepEqual(flagsIn(archive), ["\\Flagged $Work"]);
      await archive.storeFlags(archive.uidsWithin(everything), "add", seen);
      await archive.copy(archive.uidsWithin(everything), his.id);
      his.takeNews("tell");
      assert.deepEqual(flagsIn(his), ["\\Flagged $Work", "\\Seen \\Flagged $Work"]);
      using hers = await opened(asha, "INBOX");
      assert.deepEqual(flagsIn(hers), ["\\Seen \\Flagged $Work", "\\Flagged $Work"]);
    }));

  test("who copies or moves many hears how many have crossed", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrte");
      await put(asha, "INBOX", "letter");
      using hers = await opened(asha, "INBOX");
      const inbox = await asha.find(mailboxName("INBOX"));
      for (let have = 1; have < 128; have *= 2) {
        await hers.copy(hers.uidsWithin(everything), inbox.id);
        hers.takeNews("tell");
      }
      const home = await sahir.find(mailboxName("Archive"));
      using his = await opened(sahir, theirs("asha", "INBOX"));
      const heard: (readonly [number, number])[] = [];
      const progress = (done: number, goal: number): void => void heard.push([done, goal]);
      await his.copy(his.uidsWithin(everything), home.id, progress);
      await his.move(his.uidsWithin(everything), home.id, progress);
      const both = [
        [0, 128],
        [transferMessagesMax, 128],
      ];
      assert.deepEqual(heard, [...both, ...both]);
    }));

  test("a move leaves the message in one place, and takes the right to delete", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrte");
      await grant(asha, "Sent", addresses.sahir, "lr");
      for (let at = 0; at < 3; at++) await put(asha, "INBOX", `letter ${at}`);
      await put(asha, "Sent");
      const home = await sahir.find(mailboxName("Archive"));
      using sent = await opened(sahir, theirs("asha", "Sent"));
      await assert.rejects(sent.move(sent.uidsWithin(everything), home.id), refusedAs("read-only"));
      using inbox = await opened(sahir, theirs("asha", "INBOX"));
      const moved = await inbox.move(inbox.uidsWithin(everything), home.id);
      assert.equal(moved.to.length, 3);
      assert.notEqual(moved.modSeq, null);
      inbox.takeNews("tell");
      assert.equal(inbox.exists, 0);
      assert.equal((await sahir.find(mailboxName("Archive"))).messages, 3);
    }));

  test("of several moves of a message at the same time one takes it, and it is there once", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrte");
      for (let at = 0; at < 3; at++) await put(asha, "INBOX", `letter ${at}`);
      const home = await sahir.find(mailboxName("Archive"));
      using inbox = await opened(sahir, theirs("asha", "INBOX"));
      const uids = inbox.uidsWithin(everything);
      const moves = await Promise.all([
        inbox.move(uids, home.id),
        inbox.move(uids, home.id),
        inbox.move(uids, home.id),
      ]);
      assert.equal((await sahir.find(mailboxName("Archive"))).messages, 3);
      const told = moves.flatMap(({ from }) => [...from]).sort((a, b) => a - b);
      assert.deepEqual(told, uids);
    }));

  test("within one account of another a copy keeps everybody's \\Seen", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrs");
      await grant(asha, "Archive", addresses.sahir, "lrsi");
      const uid = await put(asha, "INBOX", "x", seen);
      using inbox = await opened(sahir, theirs("asha", "INBOX"));
      await inbox.storeFlags([uid], "add", seen);
      await inbox.copy([uid], (await sahir.find(mailboxName(theirs("asha", "Archive")))).id);
      using his = await opened(sahir, theirs("asha", "Archive"));
      using hers = await opened(asha, "Archive");
      assert.deepEqual([flagsIn(his), flagsIn(hers)], [["\\Seen"], ["\\Seen"]]);
    }));

  test("it is the owner's limit that is judged, and nothing is left of what did not fit", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrswit");
      for (let at = 0; at < 3; at++) await put(sahir, "INBOX", `letter ${at}`);
      await asha.changeQuota({ messages: 2 });
      using inbox = await opened(sahir, "INBOX");
      const { id } = await sahir.find(mailboxName(theirs("asha", "INBOX")));
      await assert.rejects(inbox.copy(inbox.uidsWithin(everything), id), refusedAs("over-quota"));
      assert.equal((await asha.find(mailboxName("INBOX"))).messages, 0);
      assert.equal((await inbox.copy(inbox.uidsWithin(everything).slice(0, 2), id)).to.length, 2);
      await assert.rejects(put(sahir, theirs("asha", "INBOX")), refusedAs("over-quota"));
      const roots = await sahir.quotaRootsOf(mailboxName(theirs("asha", "INBOX")));
      assert.deepEqual(
        roots.map(({ address, quota }) => [address, quota.limits.messages]),
        [[addresses.asha, 2]],
      );
      assert.equal((await sahir.quotaRoot(addresses.asha))?.quota.usage.messages, 2);
      assert.equal(await sahir.quotaRoot(addresses.bimal), undefined);
    }));

  test("a message too large for the memory is carried through files", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lri");
      const text = "বড় চিঠি ".repeat(200_000);
      await put(sahir, theirs("asha", "INBOX"), text);
      using his = await opened(sahir, theirs("asha", "INBOX"));
      const [uid] = his.uidsWithin(everything);
      assert.ok(uid !== undefined);
      await his.copy([uid], (await sahir.find(mailboxName("Archive"))).id);
      using archive = await opened(sahir, "Archive");
      assert.equal(archive.facts(1)?.size, his.facts(uid)?.size);
    }));

  test("a replaced message is in the other account before it leaves this one", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "Drafts", addresses.sahir, "lrite");
      const uid = await put(sahir, "Drafts", "draft");
      using drafts = await opened(sahir, "Drafts");
      const { id } = await sahir.find(mailboxName(theirs("asha", "Drafts")));
      const stagedAt = sahir.newMessage();
      await stagedAt.write(new TextEncoder().encode("Subject: final\r\n\r\nx\r\n"));
      const result = await drafts.replace(uid, id, { message: await stagedAt.finish(), flags: seen });
      assert.equal(result.uids.length, 1);
      drafts.takeNews("tell");
      assert.deepEqual([drafts.exists, (await asha.find(mailboxName("Drafts"))).messages], [0, 1]);
    }));
});
