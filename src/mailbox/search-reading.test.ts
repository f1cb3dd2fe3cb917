// What a search reads and how: no more than decides, in turns with others, bounded, and as people read it.

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { inlineBodyBytesMax, searchTextBytesMax, searchWholeBytesMax } from "../base/limits.ts";
import { flagSet, noFlags, systemFlags } from "../model/flags.ts";
import { asContentId } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { uidSet } from "../model/uid-set.ts";
import type { AccountMail } from "./mail.ts";
import type { OpenMailbox, StoredBody } from "./open-mailbox.ts";
import { search } from "./search.ts";
import type { Criterion } from "./search-criterion.ts";

type World = Awaited<ReturnType<typeof embedded>>;
const never = new AbortController().signal;
const flagged: Criterion = { kind: "flag", bit: systemFlags["\\Flagged"] };
const body = (text: string): Criterion => ({ kind: "text", within: "body", text });
const anywhere = (text: string): Criterion => ({ kind: "text", within: "message", text });
const subject = (text: string): Criterion => ({ kind: "envelope", field: "subject", text });
const header = (field: string, text: string): Criterion => ({ kind: "header", field, text });
const both = (...of: Criterion[]): Criterion => ({ kind: "and", of });
const either = (...of: Criterion[]): Criterion => ({ kind: "or", of });
const not = (of: Criterion): Criterion => ({ kind: "not", of });

interface Scene {
  readonly world: World;
  readonly account: AccountMail;
  readonly mailbox: OpenMailbox;
  readonly append: (...messages: readonly (string | Uint8Array)[]) => Promise<void>;
}

/** INBOX with these messages, octet strings; those that begin with "!" are flagged. */
async function withMail(messages: readonly string[], run: (scene: Scene) => Promise<void>): Promise<void> {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const inbox = await account.find(mailboxName("INBOX"));
  const append = async (...all: readonly (string | Uint8Array)[]): Promise<void> => {
    const items = [];
    for (const message of all) {
      const flags =
        typeof message === "string" && message.startsWith("!") ? flagSet(systemFlags["\\Flagged"], []) : noFlags;
      const octets = typeof message === "string" ? Buffer.from(message.replace(/^!/, ""), "latin1") : message;
      items.push({ message: await stage(account, octets), flags });
    }
    await account.append(inbox.id, items);
  };
  await append(...messages);
  using mailbox = await account.open(inbox.id, "read-write");
  await run({ world, account, mailbox, append });
}

async function found(mailbox: OpenMailbox, criterion: Criterion): Promise<number[]> {
  const uids: number[] = [];
  for await (const some of search(mailbox, criterion, { order: "oldest-first", signal: never }))
    uids.push(...some.map(({ uid }) => uid));
  return uids;
}

/** The mailbox, and how often each of its methods was called. */
function watched(mailbox: OpenMailbox): { readonly mailbox: OpenMailbox; readonly calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const proxy = new Proxy(mailbox, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        calls.set(String(name), (calls.get(String(name)) ?? 0) + 1);
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { mailbox: proxy, calls };
}

/** The mailbox with its one message in memory, so that nobody waits for the disk. */
async function inMemory(mailbox: OpenMailbox): Promise<OpenMailbox> {
  const stored = await mailbox.body(asContentId(mailbox.facts(1)?.content ?? 0));
  const octets = await stored.slice(0, stored.size);
  const kept: StoredBody = {
    size: octets.length,
    slice: async (from, to) => octets.subarray(from, to),
    chunks: async function* (from, to) {
      yield octets.subarray(from, to);
    },
  };
  return new Proxy(mailbox, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target);
      if (name === "body") return async () => kept;
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Turns of the event loop while `run` goes on. */
async function turnsDuring(run: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let going = true;
  const count = (): void => {
    turns++;
    if (going) setImmediate(count);
  };
  setImmediate(count);
  await run();
  going = false;
  return turns;
}

suite("a search reads", () => {
  const three = ["!Subject: one\r\n\r\nred\r\n", "Subject: two\r\n\r\nred\r\n", "!Subject: three\r\n\r\nblue\r\n"];

  test("no message that the view decides", () =>
    withMail(three, async ({ mailbox }) => {
      for (const [criterion, uids, bodies] of [
        [flagged, [1, 3], 0],
        [both(body("red"), flagged), [1], 2],
        [either(body("red"), flagged), [1, 2, 3], 1],
        [both(body("red"), flagged, not({ kind: "all" })), [], 0],
        [not(either(body("blue"), flagged)), [2], 1],
        [body(""), [1, 2, 3], 0],
      ] as const) {
        const { mailbox: counted, calls } = watched(mailbox);
        assert.deepEqual(await found(counted, criterion), uids);
        assert.equal(calls.get("body") ?? 0, bodies, JSON.stringify(criterion));
        assert.equal(calls.get("contents") ?? 0, 0);
      }
    }));

  test("no message for its envelope, its dates and its thread", () =>
    withMail(three, async ({ mailbox }) => {
      const { mailbox: counted, calls } = watched(mailbox);
      assert.deepEqual(await found(counted, both(subject("o"), not(subject("two")))), [1]);
      const sent: Criterion = { kind: "range", of: "sentLocalMs", from: 0, below: 1 };
      assert.deepEqual(await found(counted, either(sent, { kind: "range", of: "savedAtMs", from: 0, below: 1 })), []);
      assert.equal(calls.get("body"), undefined);
    }));

  test("no message for the text that its header or envelope makes needless", () =>
    withMail(three, async ({ mailbox }) => {
      const { mailbox: counted, calls } = watched(mailbox);
      assert.deepEqual(await found(counted, both(body("red"), subject("two"))), [2]);
      assert.equal(calls.get("body"), 1);
    }));

  test("no further than to the first that is found", () =>
    withMail(three, async ({ mailbox }) => {
      const { mailbox: counted, calls } = watched(mailbox);
      for await (const [first] of search(counted, body("red"), { order: "newest-first", signal: never })) {
        assert.equal(first?.uid, 2);
        break;
      }
      assert.equal(calls.get("body"), 2);
    }));

  test("a message no further than to what decides", () =>
    withMail([`Subject: x\r\n\r\nneedle ${"filling ".repeat(500_000)}`], async ({ mailbox }) => {
      const kept = await inMemory(mailbox);
      const few = await turnsDuring(async () => assert.deepEqual(await found(kept, body("needle")), [1]));
      const many = await turnsDuring(async () => assert.deepEqual(await found(kept, body("nowhere")), []));
      assert.ok(few < many / 3, `${few} turns to find at the beginning, ${many} to find nothing`);
    }));
});

suite("while a search goes on", () => {
  const large = (): string => {
    const line = Buffer.from("<p>বাংলা &amp; English</p>\n".repeat(60)).toString("base64").replace(/.{76}/g, "$&\r\n");
    return `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${line}\r\n`.repeat(1_200)}`;
  };

  test("others have their turns, within one large message too", () =>
    withMail([large()], async ({ mailbox }) => {
      const turns = await turnsDuring(async () => assert.deepEqual(await found(mailbox, anywhere("nowhere")), []));
      // 2.6 million characters at 50 ns and more each, 5 ms a turn.
      assert.ok(turns >= 20, `${turns} turns`);
    }));

  test("others have their turns when a thousand strings are looked for in a header", () =>
    withMail([`X-Long: ${"lorem ipsum ".repeat(20_000)}\r\n\r\n`], async ({ mailbox }) => {
      const keys = Array.from({ length: 1_000 }, (_, at) => header("X-Long", `ipsum lorem ${at}`));
      const turns = await turnsDuring(async () => assert.deepEqual(await found(mailbox, either(...keys)), []));
      assert.ok(turns >= 20, `${turns} turns`);
    }));

  test("its signal ends it", () =>
    withMail([large(), large()], async ({ mailbox }) => {
      const controller = new AbortController();
      const reason = new Error("the client is gone");
      const searching = (async () => {
        for await (const _ of search(mailbox, body("nowhere"), { order: "oldest-first", signal: controller.signal }));
      })();
      setImmediate(() => controller.abort(reason));
      await assert.rejects(searching, reason);
      const { mailbox: counted, calls } = watched(mailbox);
      await assert.rejects(async () => {
        for await (const _ of search(counted, body("x"), { order: "oldest-first", signal: controller.signal }));
      }, reason);
      assert.equal(calls.get("body"), undefined);
    }));

  test("what others expunge is not found any more, and what arrives is not found yet", () =>
    withMail(
      ["Subject: a\r\n\r\nx", "Subject: b\r\n\r\nx", "Subject: c\r\n\r\nx"],
      async ({ account, mailbox, append }) => {
        using other = await account.open(mailbox.id, "read-write");
        const uids: number[] = [];
        for await (const some of search(mailbox, body("x"), { order: "oldest-first", signal: never })) {
          uids.push(...some.map(({ uid }) => uid));
          if (uids.length > 1) continue;
          await other.remove([...mailbox.uidsWithin(uidSet([[2, 2]]))]);
          await append("Subject: d\r\n\r\nx");
        }
        assert.deepEqual(uids, [1, 3]);
        assert.equal(mailbox.exists, 3);
        mailbox.takeNews("tell");
        assert.deepEqual(await found(mailbox, body("x")), [1, 3, 4]);
      },
    ));

  test("a message is told with the modSeq that it was judged at", () =>
    withMail(["!Subject: a\r\n\r\nx", "!Subject: b\r\n\r\nx"], async ({ account, mailbox }) => {
      using other = await account.open(mailbox.id, "read-write");
      const before = mailbox.highestModSeq;
      for await (const some of search(mailbox, both(flagged, body("x")), { order: "oldest-first", signal: never })) {
        for (const { modSeq } of some) assert.equal(modSeq, before);
        await other.storeFlags(mailbox.uidsWithin(uidSet([[1, 2]])), "replace", noFlags);
      }
      assert.ok(mailbox.highestModSeq > before);
    }));
});

suite("a large message", () => {
  const filler = `${"filling text ".repeat(6)}\r\n`;
  const parts = (count: number): string =>
    [
      "Content-Type: multipart/mixed; boundary=b\r\n",
      ...Array.from(
        { length: count },
        (_, at) => `--b\r\nX-Part: number${at}\r\n\r\n${filler.repeat(2_000)}words of ${at}.\r\n`,
      ),
      "--b--\r\n",
    ].join("\r\n");

  test("is searched part by part", () =>
    withMail([parts(4)], async ({ mailbox }) => {
      assert.ok((mailbox.facts(1)?.size ?? 0) > searchWholeBytesMax);
      for (const [criterion, uids] of [
        [body("words of 3."), [1]],
        [body("words of 4."), []],
        [anywhere("x-part: number3"), [1]],
        [body("x-part"), []],
        [header("Content-Type", "multipart"), [1]],
      ] as const)
        assert.deepEqual(await found(mailbox, criterion), uids, JSON.stringify(criterion));
    }));

  test("is searched as far as the limit for text", () =>
    withMail(
      [`Subject: x\r\n\r\n${filler.repeat(Math.ceil(searchTextBytesMax / filler.length))}beyond`],
      async ({ mailbox }) => {
        assert.deepEqual(await found(mailbox, body("filling text")), [1]);
        assert.deepEqual(await found(mailbox, body("beyond")), []);
      },
    ));

  test("whose octets are lost is refused, unless it has been expunged", () =>
    withMail(
      [`Subject: x\r\n\r\n${"x".repeat(2 * inlineBodyBytesMax)}`, "Subject: y\r\n\r\ny"],
      async ({ world, mailbox, account }) => {
        const files = globSync(join(world.folder, "**/bodies/**/*")).filter((path) => /[0-9a-f]{60,}/.test(path));
        assert.equal(files.length, 1);
        const [file = ""] = files;
        const octets = await readFile(file);
        await rm(file);
        const isDamage = (error: unknown): boolean =>
          error instanceof ProblemRefusal && error.problem.kind === "data-damaged";
        await assert.rejects(found(mailbox, body("y")), isDamage);
        assert.deepEqual(await found(mailbox, subject("y")), [2]);
        using other = await account.open(mailbox.id, "read-write");
        await other.remove(mailbox.uidsWithin(uidSet([[1, 1]])));
        assert.deepEqual(await found(mailbox, body("y")), [2]);
        await writeFile(file, octets);
      },
    ));
});

suite("hostile searches end soon", { timeout: 60_000 }, () => {
  const nearly = `Subject: x\r\n\r\n${`${"a".repeat(30_000)}\r\n`.repeat(6)}`;

  test("for a string of 60 KiB that nearly fits everywhere", () =>
    withMail([nearly], async ({ mailbox }) => {
      const needle = `${"a".repeat(29_000)}b${"a".repeat(29_000)}`;
      assert.deepEqual(await found(mailbox, anywhere(needle)), []);
      assert.deepEqual(await found(mailbox, body("a".repeat(30_000))), [1]);
    }));

  test("for a thousand strings in bodies, and a thousand keys upon each other", () =>
    withMail([nearly], async ({ mailbox }) => {
      const keys = Array.from({ length: 1_000 }, (_, at) => anywhere(`${"a".repeat(180)}${at}`));
      assert.deepEqual(await found(mailbox, either(...keys)), []);
      let nested = body("a".repeat(20));
      for (let at = 0; at < 25; at++) nested = not(either(nested, ...keys.slice(at * 40, at * 40 + 40).map(not)));
      assert.deepEqual(await found(mailbox, nested), await found(mailbox, not(not(nested))));
    }));
});

suite("people read", () => {
  const cases: readonly (readonly [
    what: string,
    message: string,
    yes: readonly Criterion[],
    no: readonly Criterion[],
  ])[] = [
    [
      "raw octets of a header in the charset of the text",
      "Subject: \xf0\xd2\xc9\xd7\xc5\xd4\r\nX-Note: \xcd\xc9\xd2\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n\xcd\xc9\xd2\r\n",
      [subject("привет"), header("x-note", "МИР"), body("мир"), anywhere("subject: привет")],
      [subject("мир")],
    ],
    [
      "names and addresses, not how they are quoted or encoded",
      'From: "Doe, \\"Jo\\"" <jo@example.org>\r\nTo: =?utf-8?q?=E0=A6=B0?= (a comment) <r@xn--45be.xn--54b7fta0cc>\r\nCc: Friends: a@b.example, c@d.example;\r\nBcc: undisclosed-recipients:;\r\n\r\n',
      [
        { kind: "envelope", field: "from", text: 'doe, "jo" <JO@' },
        { kind: "envelope", field: "to", text: "র <r@xn--" },
        { kind: "envelope", field: "to", text: "@" },
        { kind: "envelope", field: "to", text: ".বাংলা" },
        { kind: "envelope", field: "cc", text: "friends" },
        { kind: "envelope", field: "cc", text: "c@d.example" },
        { kind: "envelope", field: "bcc", text: "" },
        header("From", '\\"jo\\""'),
      ],
      [
        { kind: "envelope", field: "from", text: "\\" },
        { kind: "envelope", field: "to", text: "=?utf" },
        { kind: "envelope", field: "to", text: "missing_" },
      ],
    ],
    [
      "ids as they are written",
      "Message-ID: <=?utf-8?q?a?=@example.org>\r\nReferences: <1@a>\r\n\t<2@b>\r\n\r\n",
      [
        header("message-id", "<=?UTF-8?q?a?=@example.org>"),
        header("references", "<1@a> <2@b>"),
        header("References", ""),
      ],
      [header("in-reply-to", ""), header("reference", "")],
    ],
    [
      "all fields of one name, but not across them",
      "Received: from a\r\nX: z\r\nReceived: by b\r\n\r\n",
      [header("received", "from a"), header("RECEIVED", "by b")],
      [header("received", "from a by"), header("received", "z")],
    ],
    [
      "HTML without its tags and line ends, text with them",
      "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p title=hidden>one\r\n two</p>th<i>r</i>ee&nbsp;four\r\n--b\r\n\r\nfive\r\nsix\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\nseven\r\n--b--\r\n",
      [body("one two three four"), body("five\r\nsix"), anywhere("octet-stream")],
      [body("hidden"), body("five six"), body("seven"), body("octet-stream"), anywhere("seven")],
    ],
    [
      "embedded messages as part of the body",
      "Subject: outer\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?q?inn=C3=A9r?=\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGlkZGVu\r\n",
      [body("INNÉR"), body("hidden"), anywhere("outer"), body("subject: innér")],
      [body("outer"), body("inner"), subject("innér"), header("subject", "innér")],
    ],
  ];
  for (const [what, message, yes, no] of cases)
    test(what, () =>
      withMail([message], async ({ mailbox }) => {
        for (const criterion of yes) assert.deepEqual(await found(mailbox, criterion), [1], JSON.stringify(criterion));
        for (const criterion of no) assert.deepEqual(await found(mailbox, criterion), [], JSON.stringify(criterion));
      }),
    );
});
