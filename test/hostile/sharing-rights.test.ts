// People with some rights to a mailbox of somebody else who want more (RFC 4314 4, 6): by splitting what is one thing, by names
// that are nobody's, and by staying when the rights are taken away, in whatever they are doing at that moment.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapClient, quoted } from "../support/imap-client.ts";
import { sitePassword } from "../support/server-site.ts";
import { Siege } from "./siege.ts";

const alice = "alice@example.org";
const mallory = "mallory@example.org";
const trudy = "trudy@example.org";
const theirs = (name: string): string => quoted(`Other Users/${alice}/${name}`);
const letter = (subject: string, octets = 0): Buffer =>
  Buffer.from(`Subject: ${subject}\r\n\r\n${"0123456789abcdef\r\n".repeat(octets / 18)}`);
const soonMs = 300;
/** Of nobody, or of somebody by another name. */
const oddIdentifiers = [
  "mallory",
  "mallory@",
  "@example.org",
  "*@example.org",
  "mallory+tag@example.org",
  "mallory@example.org.",
  "mallory@[127.0.0.1]",
  "anonymous@example.org",
  "whoever@example.org",
  "user=mallory@example.org",
  "$mallory",
  "group:mallory",
  "owner",
  "authenticated",
  "--anyone",
  "-",
  "--",
  "anyone@example.org",
  " anyone",
  "anyone ",
  "+anyone",
  "anyone,anyone",
  "0",
  "__proto__",
  "constructor",
  "'; drop table acl; --",
  "%",
  "*",
  "\u0000",
  "\u202eanyone",
  "mallory@example.org\u0000",
  "mallory@example.org\r\n",
  "\ud83d\ude00",
  "a".repeat(60_000),
  `${"a".repeat(64)}@example.org`,
  `a@${"a.".repeat(120)}example.org`,
];

suite("rights to the mailboxes of others", { timeout: 120_000 }, () => {
  let siege: Siege;
  let owner: ImapClient;
  before(async () => {
    siege = await Siege.begin({ accounts: ["asha@example.org", alice, mallory, trudy] });
    owner = await logIn(alice);
  });
  after(async () => {
    owner[Symbol.dispose]();
    await siege[Symbol.asyncDispose]();
  });

  const logIn = (who: string): Promise<ImapClient> => ImapClient.logIn(siege.site.at("imaps"), who, sitePassword);

  /** A new mailbox of alice's with some messages, and mallory with these rights to it. */
  async function shared(name: string, rights: string, messages = 3): Promise<ImapClient> {
    await owner.ok(`CREATE ${name}`);
    for (let at = 1; at <= messages; at++) await owner.ok(`APPEND ${name} `, letter(`${at}`));
    await owner.ok(`SETACL ${name} ${mallory} ${rights}`);
    return logIn(mallory);
  }

  const revoke = (name: string): Promise<unknown> => owner.ok(`DELETEACL ${name} ${mallory}`);

  async function heard(client: ImapClient, words: string): Promise<string> {
    const { status, code, untagged } = await client.run(words);
    return [...untagged.map(({ text }) => text), `${status} ${code}`].join("\n");
  }

  /** What the owner sees of the messages. */
  async function ownersFlags(name: string): Promise<string> {
    await owner.ok(`EXAMINE ${name}`);
    const { untagged } = await owner.ok("UID FETCH 1:100 (FLAGS)");
    await owner.ok("UNSELECT");
    return untagged.map(({ text }) => /\(UID.*/.exec(text.replace(/ ?\\Recent/, ""))?.[0]).join(" ");
  }

  for (const [rights, refused, allowed] of [
    [
      "lr",
      ["STORE 1 +FLAGS (\\Seen)", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE", "MOVE 1 INBOX", "UID EXPUNGE 1:3"],
      "COPY 1 INBOX",
    ],
    [
      "lrt",
      ["EXPUNGE", "MOVE 1 INBOX", "UID EXPUNGE 1", "REPLACE 1 INBOX {3+}\r\na\r\n"],
      "STORE 1 +FLAGS (\\Deleted)",
    ],
    ["lre", ["STORE 1 +FLAGS (\\Deleted)", "MOVE 1 INBOX", "REPLACE 1 INBOX {3+}\r\na\r\n"], "EXPUNGE"],
    [
      "lrs",
      ["STORE 1 +FLAGS (\\Flagged)", "STORE 1 +FLAGS ($Forwarded)", "EXPUNGE"],
      "STORE 1 +FLAGS (\\Seen \\Deleted \\Flagged)",
    ],
    ["lrw", ["STORE 1 +FLAGS (\\Seen)", "STORE 1 -FLAGS (\\Deleted)", "EXPUNGE"], "STORE 1 FLAGS (\\Flagged)"],
    ["lri", ["STORE 1 FLAGS (\\Seen)", "EXPUNGE", "MOVE 1 INBOX"], "NOOP"],
  ] as const)
    test(`"${rights}" allows what it says, and nothing beside it`, async () => {
      const name = `only-${rights}`;
      using client = await shared(name, rights);
      await owner.ok(`SELECT ${name}`);
      await owner.ok("STORE 3 FLAGS (\\Deleted \\Answered)");
      await owner.ok("UNSELECT");
      const before = await ownersFlags(name);
      await client.ok(`SELECT ${theirs(name)}`);
      for (const words of refused) assert.equal((await client.run(words)).status, "NO", words);
      await client.ok("CLOSE").catch(() => undefined);
      if (!rights.includes("e")) assert.equal(await ownersFlags(name), before);
      await client.ok(`SELECT ${theirs(name)}`);
      await client.ok(allowed);
      for (const words of [
        `DELETE ${theirs(name)}`,
        `RENAME ${theirs(name)} ${theirs("stolen")}`,
        `RENAME ${theirs(name)} stolen`,
        `CREATE ${theirs(`${name}/below`)}`,
        `GETACL ${theirs(name)}`,
        `SETACL ${theirs(name)} ${mallory} +a`,
        `SETACL ${theirs(name)} ${trudy} lr`,
        `DELETEACL ${theirs(name)} ${mallory}`,
        `LISTRIGHTS ${theirs(name)} ${mallory}`,
      ])
        assert.equal((await client.run(words)).status, "NO", words);
    });

  test("flags that one may not set do not come along with APPEND, COPY, MOVE and REPLACE", async () => {
    using client = await shared("inserted", "lri", 0);
    const flags = "(\\Seen \\Deleted \\Flagged \\Answered \\Draft $Junk)";
    await client.ok(`APPEND INBOX ${flags} `, letter("own"));
    await client.ok(`APPEND ${theirs("inserted")} ${flags} `, letter("appended"));
    await client.ok("SELECT INBOX");
    await client.ok(`COPY 1 ${theirs("inserted")}`);
    await client.ok(`REPLACE 1 ${theirs("inserted")} ${flags} {3+}\r\na\r\n`);
    await client.ok(`APPEND INBOX ${flags} `, letter("own"));
    await client.ok(`MOVE 1 ${theirs("inserted")}`);
    assert.equal(await ownersFlags("inserted"), [1, 2, 3, 4].map((uid) => `(UID ${uid} FLAGS ())`).join(" "));
  });

  test("what is replaced by STORE FLAGS is what one may change, and nothing else", async () => {
    using client = await shared("replaced", "lrw", 1);
    await owner.ok("SELECT replaced");
    await owner.ok("STORE 1 FLAGS (\\Seen \\Deleted \\Flagged $Junk)");
    await owner.ok("UNSELECT");
    await client.ok(`SELECT ${theirs("replaced")}`);
    await client.ok("STORE 1 FLAGS (\\Answered \\Seen)");
    assert.equal(await ownersFlags("replaced"), "(UID 1 FLAGS (\\Seen \\Answered \\Deleted))");
  });

  test('"a" alone tells who has rights, and nothing of the mail; "x" and "k" do not read either', async () => {
    using client = await shared("administered", "akx");
    assert.match(await heard(client, `GETACL ${theirs("administered")}`), /^\* ACL /);
    for (const words of [
      "SELECT M",
      "EXAMINE M",
      "STATUS M (MESSAGES)",
      "GETMETADATA M /shared/comment",
      "APPEND M {3+}\r\na\r\n",
    ])
      assert.match(
        await heard(client, words.replace(/\bM\b/, theirs("administered"))),
        /^NO (?:NONEXISTENT|TRYCREATE)$/,
        words,
      );
    assert.match(await heard(client, `GETQUOTAROOT ${theirs("administered")}`), /^\* QUOTAROOT "[^"]*"\nOK/);
    assert.match(await heard(client, `LIST "" ${theirs("administered")}`), /^OK/);
    assert.match(await heard(client, `ESEARCH IN (mailboxes ${theirs("administered")}) ALL`), /^OK/);
  });

  test("identifiers in odd forms give nothing to anybody", async () => {
    await owner.ok("CREATE odd");
    await siege.site.dakghar(`address add anonymous@example.org ${mallory}`);
    await siege.site.dakghar(`address add @example.org ${mallory}`);
    const before = await heard(owner, "GETACL odd");
    for (const spelling of oddIdentifiers)
      for (const command of ["SETACL", "LISTRIGHTS", "DELETEACL"]) {
        const words = Buffer.from(spelling);
        const answer = await owner.run(`${command} odd `, words, command === "SETACL" ? " lr" : "");
        assert.notEqual(answer.status, "OK", `${command} ${JSON.stringify(spelling.slice(0, 60))}`);
      }
    // Whoever's it is, an alias is to others as if it were nobody's.
    for (const nobodys of ["whoever@elsewhere.example", "anonymous@example.org"])
      assert.equal(await heard(owner, `LISTRIGHTS odd ${nobodys}`), "NO CANNOT");
    assert.equal(await heard(owner, "GETACL odd"), before);
    for (const spelling of ["MALLORY@EXAMPLE.ORG", "ｍａｌｌｏｒｙ@example.org", "mal\u00adlory@example.org", "AnyOne"])
      await owner.ok("SETACL odd ", Buffer.from(spelling), " l");
    assert.equal(await heard(owner, "GETACL odd"), `${before.split("\n")[0]} ${mallory} l anyone l\nOK `);
  });

  test("what is taken away while somebody idles is gone at once, and nothing is heard any more", async () => {
    using client = await shared("idled", "lrs");
    await client.ok(`SELECT ${theirs("idled")}`);
    client.send("IDLE");
    await client.wire.until(/^\+ .*\r\n/m);
    await revoke("idled");
    assert.equal((await client.wire.until(/(?:\* \d EXPUNGE\r\n){3}/)).match(/EXPUNGE/g)?.length, 3);
    await owner.ok("APPEND idled (\\Flagged) ", letter("later"));
    await owner.ok("RENAME idled hidden-now");
    await sleep(soonMs);
    await client.wire.send("DONE\r\n");
    assert.match(await client.wire.until(/^t\d+ \w+ .*\r\n/m), /^t\d+ OK/);
    for (const words of ["UID FETCH 1:* (FLAGS BODY.PEEK[])", "UID SEARCH ALL", "NOOP", "CHECK"])
      assert.doesNotMatch(await heard(client, words), /FETCH|EXISTS|SEARCH .*\d/, words);
    for (const words of [
      "COPY 1:3 INBOX",
      "UID STORE 1:* +FLAGS (\\Seen)",
      "EXPUNGE",
      "UID REPLACE 1 INBOX {3+}\r\na\r\n",
    ])
      assert.match(await heard(client, words), /^(?:NO|BAD|OK)/, words);
  });

  test("a saved result and a followed search find nothing any more", async () => {
    using client = await shared("followed", "lrs");
    await client.ok("ENABLE IMAP4rev2");
    await client.ok(`SELECT ${theirs("followed")}`);
    await client.ok("UID SEARCH RETURN (SAVE) ALL");
    await client.ok("UID SEARCH RETURN (UPDATE COUNT ALL) UNSEEN");
    await client.ok("UID SORT RETURN (UPDATE COUNT ALL) (SUBJECT) UTF-8 ALL");
    await revoke("followed");
    await owner.ok("APPEND followed ", letter("later"));
    const all = [
      await heard(client, "NOOP"),
      await heard(client, "UID FETCH $ (FLAGS ENVELOPE)"),
      await heard(client, "NOOP"),
    ].join("\n");
    assert.doesNotMatch(all, /FETCH|ADDTO|EXISTS/);
  });

  test("who is told by NOTIFY hears the end of it, and no new name and no new message", async () => {
    using client = await shared("notified", "lr");
    await client.ok(
      'NOTIFY SET STATUS (subtree ("Other Users") (MessageNew MessageExpunge FlagChange MailboxName MailboxMetadataChange))',
    );
    await owner.ok("APPEND notified ", letter("told"));
    await client.wire.until(/^\* STATUS .*notified" \(MESSAGES 4 .*\r\n/m);
    await revoke("notified");
    await client.wire.until(/^\* LIST \(.*\\(?:NoAccess|NonExistent).*notified"\r\n/m);
    await client.ok("NOOP");
    await owner.ok("APPEND notified ", letter("secret"));
    await owner.ok('SETMETADATA notified (/shared/comment "secret")');
    await owner.ok("RENAME notified secret-plan");
    await owner.ok("CREATE secret-plan/below");
    await sleep(soonMs);
    assert.equal(await heard(client, "NOOP"), "OK ");
  });

  test("a long FETCH ends with the message that it is at", async () => {
    const octets = 4 * 1024 * 1024;
    using client = await shared("long", "lr", 0);
    for (let at = 0; at < 5; at++) await owner.ok("APPEND long ", letter(`${at}`, octets));
    await client.ok(`SELECT ${theirs("long")}`);
    const tag = client.send("FETCH 1:5 BODY.PEEK[]");
    client.wire.stopReading();
    await sleep(soonMs);
    await revoke("long");
    client.wire.readOn();
    const { status, code, untagged } = await client.completion(tag);
    assert.deepEqual([status, code], ["NO", "EXPUNGEISSUED"]);
    assert.ok(untagged.length < 5, `${untagged.length} messages were told`);
  });

  test("who is removed or disabled leaves the mailboxes of others, and whose mailbox it is takes it along", async () => {
    using client = await shared("left", "lrs");
    await owner.ok(`SETACL left ${trudy} lrs`);
    await client.ok(`SELECT ${theirs("left")}`);
    using other = await logIn(trudy);
    await other.ok(`SELECT ${theirs("left")}`);
    other.send("IDLE");
    await other.wire.until(/^\+ .*\r\n/m);
    await siege.site.dakghar(`account disable ${mallory}`);
    assert.match(await client.wire.rest(), /^\* BYE .*\r\n$/);
    await siege.site.dakghar(`account remove ${alice} --yes`);
    await other.wire.until(/(?:\* \d EXPUNGE\r\n){3}/);
    await other.wire.send("DONE\r\n");
    await other.wire.until(/^t\d+ OK .*\r\n/m);
    assert.match(await heard(other, "UID FETCH 1:* BODY.PEEK[]"), /^OK/);
    assert.match(await heard(other, "UID COPY 1:* INBOX"), /^(?:OK|NO)/);
    assert.match(await heard(other, `SELECT ${theirs("left")}`), /NO NONEXISTENT$/);
    assert.match(await heard(other, `STATUS ${theirs("left")} (MESSAGES)`), /^NO NONEXISTENT/);
    assert.doesNotMatch(await heard(other, 'LIST "" *'), /Other Users/);
    assert.equal(siege.server.output().includes('"level":"error"'), false);
  });
});
