// What people share with each other below the adapters: names, ids, rights, and each person's own \Seen.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  addresses,
  flagsIn,
  grant,
  opened,
  type People,
  put,
  refusedAs,
  rights,
  sharedWorld,
  theirs,
  withTwo,
} from "../../../test/support/shared-world.ts";
import { flagSet } from "../../model/flags.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { mailboxName } from "../../model/mailbox-name.ts";
import type { AccountNews } from "../mail.ts";
import type { PersonalMail } from "./personal-mail.ts";

const foreignNames = async (mail: PersonalMail): Promise<MailboxName[]> =>
  (await mail.list()).filter(({ owner }) => owner !== null).map(({ name }) => name);

const seen = flagSet(1, []);

suite("names", () => {
  test("what is shared with somebody is listed below Other Users, and what is not is not", () =>
    withTwo(async ({ asha, sahir }) => {
      await asha.create(mailboxName("কাজ/চিঠি"));
      await grant(asha, "কাজ/চিঠি", addresses.sahir, "lr");
      await grant(asha, "Sent", addresses.sahir, "r");
      assert.deepEqual(await foreignNames(sahir), [theirs("asha", "কাজ/চিঠি")]);
      assert.deepEqual(await foreignNames(asha), []);
      const found = await sahir.find(mailboxName(theirs("asha", "কাজ/চিঠি")));
      assert.equal(found.rights, "lr");
      assert.equal(found.role, null);
    }));

  test("anyone is everyone of the owner's domain, and nobody of another", async () => {
    await using world = await sharedWorld();
    using asha = await world.open("asha");
    await grant(asha, "INBOX", "anyone", "lr");
    for (const [who, names] of [
      ["sahir", [theirs("asha", "INBOX")]],
      ["bimal", [theirs("asha", "INBOX")]],
      ["stranger", []],
    ] as const) {
      using mail = await world.open(who);
      assert.deepEqual(await foreignNames(mail), names, who);
    }
  });

  test("a shared account has its mailboxes below Shared", async () => {
    await using world = await sharedWorld();
    world.directory.set(world.idOf("bimal"), addresses.bimal, {}, "shared");
    using info = await world.open("bimal");
    await grant(info, "INBOX", addresses.asha, "lrk");
    using asha = await world.open("asha");
    assert.deepEqual(await foreignNames(asha), [`Shared/${addresses.bimal}/INBOX`]);
    // The right to make mailboxes at the top of an account is that to INBOX, and so are the rights to what is made.
    const made = await asha.create(mailboxName(`Shared/${addresses.bimal}/কাজ`));
    assert.equal(made.rights, "lrk");
    assert.equal((await asha.myRights(made.name)).length, 3);
  });

  test("ids of two accounts' mailboxes differ, and each leads to its own", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lr");
      await put(asha, "INBOX");
      const list = await sahir.list();
      assert.equal(new Set(list.map(({ id }) => id)).size, list.length);
      using inbox = await opened(sahir, theirs("asha", "INBOX"));
      assert.equal(inbox.exists, 1);
      assert.equal(inbox.id, list.find(({ owner }) => owner !== null)?.id);
    }));

  test("a name of one's own below Other Users is found first, and a new one is refused", () =>
    withTwo(async ({ asha, sahir, world }) => {
      using plain = await world.world.mail.open(asha.account);
      await plain.create(mailboxName("Other Users/mine"));
      assert.equal((await asha.find(mailboxName("Other Users/mine"))).owner, null);
      for (const name of ["Other Users", "Other Users/new", "Shared/new", theirs("sahir", "new"), theirs("bimal", "x")])
        await assert.rejects(asha.create(mailboxName(name)), refusedAs("no-permission"), name);
      await assert.rejects(asha.rename(mailboxName("Notes"), mailboxName("Shared")), refusedAs("no-permission"));
      await asha.rename(mailboxName("Other Users"), mailboxName("Others"));
      assert.ok((await asha.list()).some(({ name }) => name === "Others/mine"));
      assert.deepEqual(await foreignNames(sahir), []);
    }));

  test("subscriptions to the mailboxes of others are the subscriber's own", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lr");
      const name = mailboxName(theirs("asha", "INBOX"));
      await sahir.subscribe(name);
      const found = async () => (await sahir.list()).find((mailbox) => mailbox.name === name);
      assert.equal((await found())?.subscribed, true);
      assert.deepEqual(await sahir.orphanSubscriptions(), []);
      await grant(asha, "INBOX", addresses.sahir, "");
      assert.deepEqual(await sahir.orphanSubscriptions(), [name]);
      await sahir.unsubscribe(name);
      assert.deepEqual(await sahir.orphanSubscriptions(), []);
    }));
});

suite("\\Seen", () => {
  test("is each person's own, in flags, in counters and over a new session", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrs");
      const uids = [await put(asha, "INBOX"), await put(asha, "INBOX", "two", seen)];
      const name = theirs("asha", "INBOX");
      using his = await opened(sahir, name);
      using hers = await opened(asha, "INBOX");
      assert.deepEqual(
        [flagsIn(hers), flagsIn(his)],
        [
          ["", "\\Seen"],
          ["", ""],
        ],
      );
      await his.storeFlags(uids.slice(0, 1), "add", seen);
      assert.deepEqual(
        [flagsIn(hers), flagsIn(his)],
        [
          ["", "\\Seen"],
          ["\\Seen", ""],
        ],
      );
      await hers.storeFlags(uids, "replace", flagSet(4, []));
      assert.deepEqual(
        [flagsIn(hers), flagsIn(his)],
        [
          ["\\Flagged", "\\Flagged"],
          ["\\Seen \\Flagged", "\\Flagged"],
        ],
      );
      assert.equal((await sahir.find(mailboxName(name))).unseen, 1);
      assert.equal((await asha.find(mailboxName("INBOX"))).unseen, 2);
      assert.equal(his.mailbox?.unseen, 1);
      assert.deepEqual(his.columns.flagSets.length, hers.columns.flagSets.length);
    }));

  test("of somebody else changes the mod-sequence, so that every cursor finds it", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrs");
      const uid = await put(asha, "INBOX");
      using his = await opened(sahir, theirs("asha", "INBOX"));
      const before = his.highestModSeq;
      await his.storeFlags([uid], "add", seen);
      assert.deepEqual(his.changedSince(before), [uid]);
    }));
});

suite("\\Recent", () => {
  test("is left to the owner, and in a shared account is taken by whoever comes first", async () => {
    await using world = await sharedWorld();
    world.directory.set(world.idOf("bimal"), addresses.bimal, {}, "shared");
    using asha = await world.open("asha");
    using info = await world.open("bimal");
    using sahir = await world.open("sahir");
    for (const mail of [asha, info]) {
      await grant(mail, "INBOX", addresses.sahir, "lrs");
      await put(mail, "INBOX");
    }
    for (const [name, recents] of [
      [theirs("asha", "INBOX"), [1, 1]],
      [`Shared/${addresses.bimal}/INBOX`, [1, 0]],
    ] as const)
      for (const recent of recents) {
        using box = await opened(sahir, name);
        assert.equal(box.recent, recent, name);
      }
    using hers = await opened(asha, "INBOX");
    assert.equal(hers.recent, 1);
  });
});

suite("rights", () => {
  test("STORE changes what the rights allow, and is refused when that is nothing", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrt");
      const uid = await put(asha, "INBOX", "x", flagSet(1 | 2, ["$Work"]));
      using his = await opened(sahir, theirs("asha", "INBOX"));
      await his.storeFlags([uid], "replace", flagSet(8 | 4, ["$Other"]));
      assert.deepEqual(flagsIn(his), ["\\Answered \\Deleted $Work"]);
      for (const wish of [seen, flagSet(4, []), flagSet(0, ["$x"])])
        await assert.rejects(his.storeFlags([uid], "add", wish), refusedAs("no-permission"));
      await assert.rejects(his.expunge(), refusedAs("no-permission"));
      assert.equal(his.exists, 1);
    }));

  test("a mailbox without any right to change it is open for reading only", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lr");
      using his = await opened(sahir, theirs("asha", "INBOX"));
      assert.equal(his.readOnly, true);
    }));

  test("what one may not see is missing, and what one may see but not use is refused", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "Sent", addresses.sahir, "l");
      await grant(asha, "Trash", addresses.sahir, "i");
      const [sent, trash, none] = ["Sent", "Trash", "Drafts"].map((name) => mailboxName(theirs("asha", name)));
      assert.ok(sent !== undefined && trash !== undefined && none !== undefined);
      for (const [name, kind] of [
        [sent, "no-permission"],
        [trash, "mailbox-missing"],
        [none, "mailbox-missing"],
      ] as const) {
        await assert.rejects(sahir.find(name), refusedAs(kind));
        await assert.rejects(sahir.acl(name), refusedAs(kind));
        await assert.rejects(sahir.remove(name), refusedAs(kind));
      }
      await assert.rejects(sahir.destination(sent), refusedAs("no-permission"));
      await assert.rejects(sahir.destination(none), refusedAs("destination-missing"));
      await put(sahir, theirs("asha", "Trash"));
      assert.equal(await sahir.myRights(trash), "i");
      await assert.rejects(sahir.myRights(none), refusedAs("mailbox-missing"));
      // Counters of what one may not read are not told.
      assert.equal((await asha.find(mailboxName("Trash"))).messages, 1);
      assert.equal((await sahir.list()).find(({ name }) => name === sent)?.messages, 0);
    }));

  test("the owner cannot be locked out, and a negative right takes away what anyone has", () =>
    withTwo(async ({ asha, sahir }) => {
      const inbox = mailboxName("INBOX");
      for (const identifier of [addresses.asha, `-${addresses.asha}`])
        await assert.rejects(grant(asha, "INBOX", identifier, "l"), refusedAs("owner-has-all-rights"));
      await assert.rejects(grant(asha, "INBOX", "nobody@example.org", "l"), refusedAs("subject-unknown"));
      await grant(asha, "INBOX", "anyone", "lrs");
      await grant(asha, "INBOX", `-${addresses.sahir}`, "s");
      assert.equal(await sahir.myRights(mailboxName(theirs("asha", "INBOX"))), "lr");
      assert.deepEqual(await asha.acl(inbox), [
        { identifier: addresses.asha, rights: rights("lrswipkxtea") },
        { identifier: `-${addresses.sahir}`, rights: rights("s") },
        { identifier: "anyone", rights: rights("lrs") },
      ]);
    }));

  test("who has the right to administer gives rights to others", async () => {
    await using world = await sharedWorld();
    using asha = await world.open("asha");
    using sahir = await world.open("sahir");
    using bimal = await world.open("bimal");
    await grant(asha, "INBOX", addresses.sahir, "la");
    await grant(sahir, theirs("asha", "INBOX"), addresses.bimal, "lr");
    assert.deepEqual(await foreignNames(bimal), [theirs("asha", "INBOX")]);
  });

  test("new mailboxes have their parent's list, a renamed one keeps its own, and a deleted one leaves none", () =>
    withTwo(async ({ asha, sahir }) => {
      await asha.create(mailboxName("a"));
      await grant(asha, "a", addresses.sahir, "lrkx");
      await asha.create(mailboxName("a/b/c"));
      await asha.rename(mailboxName("a/b"), mailboxName("d"));
      assert.deepEqual(
        await foreignNames(sahir),
        ["a", "d", "d/c"].map((name) => theirs("asha", name)),
      );
      await sahir.create(mailboxName(theirs("asha", "a/new")));
      await sahir.rename(mailboxName(theirs("asha", "d/c")), mailboxName(theirs("asha", "a/c")));
      await sahir.remove(mailboxName(theirs("asha", "d")));
      assert.deepEqual(
        await foreignNames(sahir),
        ["a", "a/c", "a/new"].map((name) => theirs("asha", name)),
      );
      await assert.rejects(sahir.create(mailboxName(theirs("asha", "top"))), refusedAs("no-permission"));
      await asha.remove(mailboxName("a/c"));
      await asha.create(mailboxName("d"));
      assert.deepEqual(
        await foreignNames(sahir),
        ["a", "a/new"].map((name) => theirs("asha", name)),
      );
    }));

  test("once the right to read is taken away, an open mailbox is empty and says nothing more", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lrswit");
      const uid = await put(asha, "INBOX");
      using his = await opened(sahir, theirs("asha", "INBOX"));
      await grant(asha, "INBOX", addresses.sahir, "l");
      assert.equal(his.gone, true);
      assert.equal(his.facts(uid), undefined);
      assert.deepEqual(his.takeNews("tell").expunged, [{ uid, seq: 1 }]);
      await assert.rejects(his.storeFlags([uid], "add", seen), refusedAs("mailbox-missing"));
      await put(asha, "INBOX");
      assert.equal(his.takeNews("tell").exists, null);
      assert.equal(his.exists, 0);
    }));
});

suite("news", () => {
  const watched = async (body: (people: People & { readonly heard: AccountNews[] }) => Promise<void>): Promise<void> =>
    withTwo(async (people) => {
      const heard: AccountNews[] = [];
      using _ = people.sahir.watch((news) => heard.push(news));
      await body({ ...people, heard });
    });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

  test("a mailbox that comes to be shared is told as made, one that no longer is as deleted", () =>
    watched(async ({ asha, heard }) => {
      await grant(asha, "INBOX", addresses.sahir, "lr");
      await settled();
      await asha.create(mailboxName("x"));
      await grant(asha, "x", addresses.sahir, "l");
      await settled();
      await asha.rename(mailboxName("x"), mailboxName("y"));
      await settled();
      await grant(asha, "y", addresses.sahir, "");
      await settled();
      assert.deepEqual(
        heard.flatMap(({ names }) => names ?? []),
        [
          { kind: "created", name: theirs("asha", "INBOX") },
          { kind: "created", name: theirs("asha", "x") },
          { kind: "renamed", name: theirs("asha", "y"), oldName: theirs("asha", "x") },
          { kind: "deleted", name: theirs("asha", "y") },
        ],
      );
    }));

  test("mail in a mailbox that one may read is told by the id that one knows, and of others nothing", () =>
    watched(async ({ asha, sahir, heard }) => {
      await grant(asha, "INBOX", addresses.sahir, "lr");
      await grant(asha, "Sent", addresses.sahir, "l");
      await settled();
      await put(asha, "INBOX");
      await put(asha, "Sent");
      await put(asha, "Drafts");
      const { id } = await sahir.find(mailboxName(theirs("asha", "INBOX")));
      assert.deepEqual(
        heard.flatMap(({ messagesIn }) => messagesIn),
        [id],
      );
    }));
});

suite("metadata", () => {
  const comment = (root: string) => `/${root}/comment` as never;
  const text = (value: string) => new TextEncoder().encode(value);

  test("shared entries are the mailbox's, private ones each person's own", () =>
    withTwo(async ({ asha, sahir }) => {
      await grant(asha, "INBOX", addresses.sahir, "lr");
      const hers = (await asha.find(mailboxName("INBOX"))).id;
      const his = (await sahir.find(mailboxName(theirs("asha", "INBOX")))).id;
      await asha.changeMetadata(hers, [
        { name: comment("shared"), value: text("all") },
        { name: comment("private"), value: text("hers") },
      ]);
      const values = async (mail: PersonalMail, id: typeof his) =>
        (await mail.metadata(id)).map(({ name, value }) => `${name} ${new TextDecoder().decode(value)}`);
      assert.deepEqual(await values(sahir, his), ["/shared/comment all"]);
      await sahir.changeMetadata(his, [{ name: comment("private"), value: text("his") }]);
      assert.deepEqual(await values(sahir, his), ["/private/comment his", "/shared/comment all"]);
      assert.deepEqual(await values(asha, hers), ["/private/comment hers", "/shared/comment all"]);
      await assert.rejects(
        sahir.changeMetadata(his, [{ name: comment("shared"), value: null }]),
        refusedAs("no-permission"),
      );
      const listed = await sahir.metadataOfMailboxes(comment("private"));
      assert.deepEqual([...listed.keys()], [his]);
    }));
});

test("of an account that is removed nothing is left with others, and nothing of others with it", async () => {
  await using world = await sharedWorld();
  using sahir = await world.open("sahir");
  {
    using asha = await world.open("asha");
    await grant(asha, "INBOX", addresses.sahir, "lr");
    await grant(sahir, "INBOX", addresses.asha, "lr");
    await put(asha, "INBOX");
  }
  using inbox = await opened(sahir, theirs("asha", "INBOX"));
  const id = world.idOf("asha");
  world.directory.remove(id);
  await world.sharing.forget(id);
  await world.world.mail.remove(id);
  assert.equal(inbox.gone, true);
  assert.deepEqual(await foreignNames(sahir), []);
  assert.equal((await sahir.acl(mailboxName("INBOX"))).length, 1);
});
