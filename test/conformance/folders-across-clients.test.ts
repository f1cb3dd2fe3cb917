// One folder in the hands of many clients: made by one, renamed by a second, seen by a third, with the message in it. Each
// client writes its name in its own way: modified UTF-7 (RFC 3501 5.1.3) from Python, curl and mbsync, which know no other,
// and whatever ImapFlow and mutt make of it.

import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { ImapFlow } from "imapflow";
import { programMissing } from "../support/client-program.ts";
import { curlImap } from "../support/curl-mail.ts";
import { imapFlow } from "../support/imap-flow.ts";
import type { MailPlace } from "../support/mail-place.ts";
import { mbsyncIn, withoutTuid } from "../support/mbsync.ts";
import { muttIn, typedInMutt } from "../support/mutt.ts";
import { pythonImap } from "../support/python-imap.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { tempDir } from "../support/temp-dir.ts";

/** "Work letters", and "Office", in Bengali. */
const workLetters = "কাজের চিঠি";
const office = "অফিস";
const workLettersWire = "&CZUJvgmcCccJsA- &CZoJvwmgCb8-";
const officeWire = "&CYUJqwm,Cbg-";
const renamedWire = `${officeWire}/${workLettersWire}`;
const message = "From: asha@example.org\r\nSubject: =?utf-8?B?4KaV4Ka+4Kac?=\r\n\r\nকাজ\r\n";

interface Step {
  readonly needs: readonly string[];
  readonly run: (place: MailPlace) => Promise<void>;
}

/** Makes the folder and puts the message into it. */
const makers = {
  imaplib: {
    needs: ["python3"],
    run: async (place) => {
      const script = `
assert imap.create('"' + arguments[0] + '"')[0] == 'OK'
assert imap.append('"' + arguments[0] + '"', '(\\\\Seen)', None, arguments[1].encode())[0] == 'OK'`;
      await pythonImap(place, script, workLettersWire, message);
    },
  },
  mbsync: {
    needs: ["mbsync"],
    run: async (place) => {
      await using folder = await tempDir();
      const mbsync = await mbsyncIn(folder.path, place);
      for (const name of ["cur", "new", "tmp"])
        await mkdir(join(mbsync.maildirs, workLettersWire, name), { recursive: true });
      await mbsync.put(workLettersWire, "1.mine:2,S", message);
      await mbsync.run();
    },
  },
  curl: {
    needs: ["curl"],
    run: async (place) => {
      await curlImap(place, "", `CREATE "${workLettersWire}"`);
      await curlImap(place, encodeURIComponent(workLettersWire), undefined, message);
    },
  },
  ImapFlow: {
    needs: [],
    run: async (place) => {
      await using client = await imapFlow(place);
      assert.ok((await client.imap.mailboxCreate(workLetters)).created);
      assert.notEqual(await client.imap.append(workLetters, message, ["\\Seen"]), false);
    },
  },
  mutt: {
    needs: ["mutt", "tmux"],
    run: async (place) => {
      await using folder = await tempDir();
      await using mutt = await muttIn(folder.path, place);
      await mutt.shows(/Msgs:1/);
      await mutt.press("c", "?");
      await mutt.shows(/Directory/);
      await mutt.press("C");
      await mutt.shows(/Create mailbox:/);
      await mutt.press(...typedInMutt(workLetters), "Enter");
      await mutt.shows(new RegExp(`IMAP +${workLetters}`));
      await curlImap(place, encodeURIComponent(workLettersWire), undefined, message);
    },
  },
} satisfies Record<string, Step>;

/** Puts it below another folder, which is made with it (RFC 9051 6.3.6). */
const renamers = {
  ImapFlow: {
    needs: [],
    run: async (place) => {
      await using client = await imapFlow(place);
      await client.imap.mailboxRename(workLetters, [office, workLetters]);
    },
  },
  imaplib: {
    needs: ["python3"],
    run: async (place) => {
      const script = `assert imap.rename('"' + arguments[0] + '"', '"' + arguments[1] + '"')[0] == 'OK'`;
      await pythonImap(place, script, workLettersWire, renamedWire);
    },
  },
  curl: {
    needs: ["curl"],
    run: async (place) => {
      await curlImap(place, "", `RENAME "${workLettersWire}" "${renamedWire}"`);
    },
  },
  mutt: {
    needs: ["mutt", "tmux"],
    run: async (place) => {
      await using folder = await tempDir();
      await using mutt = await muttIn(folder.path, place);
      await mutt.shows(/Msgs:1/);
      await mutt.press("c", "?");
      await mutt.shows(/Directory/);
      await mutt.press("*", "r");
      await mutt.shows(new RegExp(`Rename mailbox ${workLetters} to:`));
      await mutt.press("C-u", ...typedInMutt(`${office}/${workLetters}`), "Enter");
      await mutt.shows(new RegExp(`IMAP \\+ +${office}/`));
    },
  },
} satisfies Record<string, Step>;

/** Finds the folder under its new name, nothing under the old one, and the message. */
const seers = {
  curl: {
    needs: ["curl"],
    run: async (place) => {
      const listed = await curlImap(place, "", 'LIST "" "*"');
      assert.ok(listed.includes(`* LIST (\\HasNoChildren) "/" "${renamedWire}"\r\n`), listed);
      assert.ok(!listed.includes(`"/" "${workLettersWire}"`), listed);
      assert.equal(
        await curlImap(place, `${renamedWire.replaceAll(/[^/]+/g, encodeURIComponent)};MAILINDEX=1`),
        message,
      );
    },
  },
  imaplib: {
    needs: ["python3"],
    run: async (place) => {
      const script = `
assert imap.select('"' + arguments[0] + '"')[0] == 'OK'
sys.stdout.buffer.write(imap.fetch('1', '(BODY.PEEK[])')[1][0][1])
assert imap.select('"' + arguments[1] + '"')[0] == 'NO'
imap.select()`;
      assert.equal(withoutTuid(await pythonImap(place, script, renamedWire, workLettersWire)), message);
    },
  },
  mbsync: {
    needs: ["mbsync"],
    run: async (place) => {
      await using folder = await tempDir();
      const mbsync = await mbsyncIn(folder.path, place);
      await mbsync.run();
      assert.deepEqual(await mbsync.texts(renamedWire), [message]);
      assert.ok(!(await readdir(mbsync.maildirs)).includes(workLettersWire));
    },
  },
  ImapFlow: {
    needs: [],
    run: async (place) => {
      await using client = await imapFlow(place);
      const lock = await client.imap.getMailboxLock(`${office}/${workLetters}`);
      const fetched = await client.imap.fetchOne("*", { source: true });
      assert.equal(fetched !== false && fetched.source?.toString(), message);
      lock.release();
    },
  },
  mutt: {
    needs: ["mutt", "tmux"],
    run: async (place) => {
      await using folder = await tempDir();
      await using mutt = await muttIn(folder.path, place);
      await mutt.shows(/Msgs:1/);
      await mutt.press("c", "?");
      const top = await mutt.shows(/Directory/);
      assert.match(top, new RegExp(`IMAP \\+ +${office}/`));
      assert.ok(!top.includes(workLetters));
      await mutt.press("q", "c", ...typedInMutt(`=${office}/${workLetters}`), "Enter");
      await mutt.shows(new RegExp(`=${office}/${workLetters} \\[Msgs:1 `));
      await mutt.press("Enter");
      await mutt.shows(/Subject: কাজ[^]*কাজ/);
    },
  },
} satisfies Record<string, Step>;

suite(`a folder called ${workLetters}`, () => {
  for (const [making, renaming, seeing] of [
    ["imaplib", "ImapFlow", "curl"],
    ["mbsync", "ImapFlow", "imaplib"],
    ["curl", "mutt", "mbsync"],
    ["ImapFlow", "imaplib", "mutt"],
    ["mutt", "curl", "ImapFlow"],
  ] as const) {
    test(`made by ${making}, renamed by ${renaming}, is seen by ${seeing}`, async (t) => {
      const [maker, renamer, seer] = [makers[making], renamers[renaming], seers[seeing]];
      const missing = programMissing(...maker.needs, ...renamer.needs, ...seer.needs);
      if (missing !== undefined) return t.skip(missing);
      await using server = await spawnServer();
      // A fourth has been there all the time, and asks anew.
      await using watcher = await imapFlow(server.trial);
      const before = await paths(watcher.imap);
      await maker.run(server.trial);
      assert.deepEqual(await paths(watcher.imap), [...before, workLetters]);
      await renamer.run(server.trial);
      await seer.run(server.trial);
      assert.deepEqual(await paths(watcher.imap), [...before, office, `${office}/${workLetters}`]);
    });
  }

  test("renamed by imaplib while ImapFlow has it open stays open, and takes mail under its new name", async (t) => {
    const missing = programMissing("python3", "curl");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    const { trial } = server;
    await using client = await imapFlow(trial);
    await client.imap.mailboxCreate(workLetters);
    await client.imap.mailboxOpen(workLetters);
    await renamers.imaplib.run(trial);
    await curlImap(trial, renamedWire.replaceAll(/[^/]+/g, encodeURIComponent), undefined, message);
    await client.imap.noop();
    assert.equal(client.imap.mailbox !== false && client.imap.mailbox.exists, 1);
  });

  test("deleted by curl is gone from mbsync's Maildirs", async (t) => {
    const missing = programMissing("mbsync", "curl");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using folder = await tempDir();
    const mbsync = await mbsyncIn(folder.path, server.trial);
    await curlImap(server.trial, "", `CREATE "${workLettersWire}"`);
    await mbsync.run();
    assert.ok((await readdir(mbsync.maildirs)).includes(workLettersWire));
    await curlImap(server.trial, "", `DELETE "${workLettersWire}"`);
    await mbsync.run();
    assert.ok(!(await readdir(mbsync.maildirs)).includes(workLettersWire));
  });
});

test("a name is one mailbox however its letters are composed", async (t) => {
  const missing = programMissing("python3");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  // "Big letter" with U+09DC, which a Bengali keyboard types, and "Café" with a combining accent, which macOS sends.
  const typed = ["\u09ac\u09dc", "Cafe\u0301"];
  const composed = ["\u09ac\u09a1\u09bc", "Caf\u00e9"];
  await using client = await imapFlow(server.trial);
  for (const [at, name] of typed.entries()) {
    await client.imap.mailboxCreate(name);
    assert.ok((await paths(client.imap)).includes(composed[at] ?? ""));
  }
  const script = `
for name in arguments: assert imap.select('"' + name + '"')[0] == 'OK', name`;
  await pythonImap(server.trial, script, "&CawJ3A-", "&CawJoQm8-", "Cafe&AwE-", "Caf&AOk-");
});

test("what one client subscribes, the others find subscribed", async (t) => {
  const missing = programMissing("python3", "curl");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  const { trial } = server;
  await using client = await imapFlow(trial);
  await client.imap.mailboxCreate(workLetters);
  const subscribed = async (): Promise<boolean> =>
    (await client.imap.list()).find(({ path }) => path === workLetters)?.subscribed ?? false;
  const lsub = (): Promise<string> => curlImap(trial, "", 'LSUB "" "*"');
  // ImapFlow subscribes what it creates.
  assert.match(await lsub(), /^\* LSUB \(\) "\/" "&CZUJ/m);
  await pythonImap(trial, `imap.unsubscribe('"' + arguments[0] + '"')`, workLettersWire);
  assert.equal(await subscribed(), false);
  assert.doesNotMatch(await lsub(), /&CZUJ/);
  await curlImap(trial, "", `SUBSCRIBE "${workLettersWire}"`);
  assert.equal(await subscribed(), true);
  assert.match(await pythonImap(trial, "print(imap.lsub())"), /&CZUJ/);
});

test("ImapFlow finds each special folder by its use, and one made for a use by another client too", async (t) => {
  const missing = programMissing("curl");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  await using client = await imapFlow(server.trial);
  const uses = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await client.imap.list()).flatMap(({ path, specialUse, specialUseSource }) =>
        specialUse === undefined || specialUseSource === "name" ? [] : [[specialUse, path]],
      ),
    );
  const usual = {
    "\\Archive": "Archive",
    "\\Drafts": "Drafts",
    "\\Junk": "Junk",
    "\\Sent": "Sent",
    "\\Trash": "Trash",
  };
  assert.deepEqual(await uses(), usual);
  // A special folder keeps its use under another name.
  await curlImap(server.trial, "", `RENAME Archive "${workLettersWire}"`);
  assert.deepEqual(await uses(), { ...usual, "\\Archive": workLetters });
});

async function paths(imap: ImapFlow): Promise<string[]> {
  return (await imap.list()).map(({ path }) => path);
}
