// What a person can find out of mailboxes that are not shared with them (RFC 4314 6): nothing. Each command that takes a
// mailbox is given one that is there, one that is not, and one of an account that is not: the answers are the same to the
// octet, but for the name.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ImapClient, quoted } from "../support/imap-client.ts";
import { sitePassword } from "../support/server-site.ts";
import { Siege } from "./siege.ts";

const alice = "alice@example.org";
const mallory = "mallory@example.org";
const eve = "eve@elsewhere.example";

const theirs = (who: string, name: string): string => `Other Users/${who}/${name}`;

/** `M` is the mailbox asked about, `B` what is below it, `Q` the quota root of its account; a selected mailbox of one's own has one message. */
const questions: readonly string[] = [
  "SELECT M",
  "EXAMINE M",
  "SELECT M (CONDSTORE)",
  "SELECT M (QRESYNC (1 1 1:5))",
  "STATUS M (MESSAGES UNSEEN UIDNEXT UIDVALIDITY SIZE HIGHESTMODSEQ MAILBOXID DELETED APPENDLIMIT)",
  'LIST "" M',
  'LIST "" (M B)',
  'LIST M "%"',
  'LIST M "*"',
  'LIST "" B',
  'LIST (SUBSCRIBED) "" M',
  'LIST (SUBSCRIBED RECURSIVEMATCH) "" M',
  'LIST (SPECIAL-USE) "" M',
  'LIST (REMOTE) "" M',
  'LIST "" M RETURN (CHILDREN)',
  'LIST "" M RETURN (STATUS (MESSAGES UIDNEXT SIZE) MYRIGHTS SPECIAL-USE SUBSCRIBED CHILDREN METADATA ("/shared/comment" "/private/comment"))',
  'LIST "" "*" RETURN (STATUS (MESSAGES) MYRIGHTS)',
  'LIST "" "Other Users/%"',
  'LIST "" "Other Users/%/%"',
  'LIST "Other Users/" "%" RETURN (CHILDREN)',
  'LSUB "" M',
  'LSUB "" "*"',
  'XLIST "" M',
  'XLIST "" "*"',
  "SUBSCRIBE M",
  'LIST (SUBSCRIBED) "" "*" RETURN (STATUS (MESSAGES) MYRIGHTS CHILDREN)',
  'LSUB "" "*"',
  'LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"',
  "UNSUBSCRIBE M",
  "CREATE M",
  "CREATE B",
  "CREATE M (USE (\\Trash))",
  "DELETE M",
  "RENAME M Mine",
  "RENAME Sent M",
  "RENAME M B",
  "APPEND M {3+}\r\na\r\n",
  "APPEND M (\\Seen) {3+}\r\na\r\n",
  'APPEND INBOX CATENATE (URL "/M;UIDVALIDITY=1/;UID=1")',
  'APPEND INBOX CATENATE (URL "/M/;UID=1")',
  "SELECT INBOX",
  "COPY 1 M",
  "MOVE 1 M",
  "UID COPY 1 M",
  "UID MOVE 1 M",
  "UID REPLACE 1 M {3+}\r\na\r\n",
  "REPLACE 1 M {3+}\r\na\r\n",
  'APPEND INBOX CATENATE (URL "/M;UIDVALIDITY=1/;UID=1/;SECTION=HEADER")',
  "GETACL M",
  `LISTRIGHTS M ${mallory}`,
  `LISTRIGHTS M ${alice}`,
  "LISTRIGHTS M anyone",
  "MYRIGHTS M",
  `SETACL M ${mallory} lrswipkxtea`,
  `SETACL M ${mallory} +lr`,
  `SETACL M ${alice} ""`,
  `SETACL M nobody@example.org lr`,
  `SETACL M ${mallory} LR`,
  `SETACL M -${mallory} ""`,
  `DELETEACL M ${mallory}`,
  `DELETEACL M ${alice}`,
  "DELETEACL M anyone",
  "GETQUOTAROOT M",
  "GETQUOTA Q",
  "SETQUOTA Q (STORAGE 1)",
  "GETMETADATA M /shared/comment",
  "GETMETADATA M (/private/comment /shared/comment)",
  "GETMETADATA (DEPTH infinity) M /shared",
  "GETMETADATA (MAXSIZE 1) M /shared/comment",
  'SETMETADATA M (/private/comment "x")',
  'SETMETADATA M (/shared/comment "x")',
  "SETMETADATA M (/shared/comment NIL)",
  "ESEARCH IN (mailboxes M) ALL",
  "ESEARCH IN (mailboxes (M INBOX)) RETURN (COUNT) ALL",
  "ESEARCH IN (subtree M) ALL",
  "ESEARCH IN (subtree-one M) RETURN (ALL COUNT MIN MAX) ALL",
  'ESEARCH IN (subtree "Other Users") RETURN (COUNT) ALL',
  "ESEARCH IN (personal subscribed inboxes) RETURN (COUNT) ALL",
  "NOTIFY SET STATUS (mailboxes M (MessageNew MessageExpunge FlagChange))",
  "NOTIFY SET STATUS (subtree M (MessageNew MessageExpunge FlagChange MailboxName MailboxMetadataChange SubscriptionChange))",
  'NOTIFY SET STATUS (subtree ("Other Users") (MessageNew MessageExpunge MailboxName))',
  "NOOP",
  "NOTIFY NONE",
  "NAMESPACE",
  "UNSELECT",
];

/** What tells of other changes meanwhile. */
const countersOfAccounts =
  /(?:UIDNEXT|HIGHESTMODSEQ|UIDVALIDITY|MODSEQ \(|MAILBOXID \(|EXPUNGE|EXISTS|VANISHED|APPENDUID \d+|COPYUID \d+) ?\S+/g;

interface Asked {
  readonly question: string;
  readonly heard: string;
}

suite("mailboxes that are not shared", { timeout: 120_000 }, () => {
  let siege: Siege;
  let owner: ImapClient;
  before(async () => {
    siege = await Siege.begin({ accounts: ["asha@example.org", alice, mallory, eve] });
    owner = await logIn(alice);
    for (const name of [
      "Secret",
      "Secret/below",
      "Shown",
      "Blind",
      "Blind/below",
      "Above/listed",
      "Ghost/listed",
      "Listed/hidden",
      "Plain",
    ])
      await owner.ok(`CREATE ${name}`);
    for (const name of ["Secret", "Blind", "Listed", "Plain", "Above", "INBOX"]) {
      await owner.ok(`APPEND ${name} (\\Flagged) `, Buffer.from("Subject: secret\r\n\r\nsecret\r\n"));
      await owner.ok(`SETMETADATA ${name} (/shared/comment "secret" /private/comment "secret")`);
    }
    await owner.ok("DELETE Ghost");
    for (const who of [mallory, eve]) {
      using client = await logIn(who);
      await client.ok("APPEND INBOX ", Buffer.from("Subject: own\r\n\r\nown\r\n"));
    }
  });
  after(async () => {
    owner[Symbol.dispose]();
    await siege[Symbol.asyncDispose]();
  });

  const logIn = (who: string): Promise<ImapClient> => ImapClient.logIn(siege.site.at("imaps"), who, sitePassword);

  /** What each question is answered about the mailbox `name` of `account`; both are taken out of the answers. */
  async function asked(who: string, account: string, name: string): Promise<Asked[]> {
    using client = await logIn(who);
    await client.ok("ENABLE QRESYNC METADATA IMAP4rev2");
    const mailbox = theirs(account, name);
    const answers: Asked[] = [];
    for (const question of questions) {
      const words = question
        .replaceAll(/\bM\b(?=[^"]*(?:"[^"]*"[^"]*)*$)/g, quoted(mailbox))
        .replaceAll(/\/M\b/g, `/${mailbox.replaceAll(" ", "%20")}`)
        .replaceAll(/\bB\b/g, quoted(`${mailbox}/below`))
        .replaceAll(/\bQ\b/g, quoted(`Other Users/${account}`));
      const { status, code, text, untagged } = await client.run(words);
      const heard = [...untagged.map((one) => one.text), `${status} [${code}] ${text}`]
        .join("\n")
        .replaceAll(mailbox, "MAILBOX")
        .replaceAll(mailbox.replaceAll(" ", "%20"), "MAILBOX")
        .replaceAll(account, "ACCOUNT")
        .replaceAll(countersOfAccounts, "...");
      answers.push({ question, heard });
    }
    // What could be taken from there is not to be in the way of the next questions.
    await client.ok("SELECT INBOX");
    await client.ok("UID STORE 2:4294967295 +FLAGS.SILENT (\\Deleted)");
    await client.ok("EXPUNGE");
    return answers;
  }

  /** Asks about each place in turn; the answers must be those about the first. */
  async function same(
    who: string,
    places: readonly (readonly [account: string, name: string])[],
    shared?: (name: string) => readonly [mailbox: string, rights: string],
  ): Promise<void> {
    let expected: readonly Asked[] | undefined;
    for (const [account, name] of places) {
      const [mailbox, rights] = shared?.(name) ?? [];
      if (mailbox !== undefined) await owner.ok(`SETACL ${mailbox} ${who} ${rights}`);
      const answers = await asked(who, account, name);
      if (mailbox !== undefined) await owner.ok(`DELETEACL ${mailbox} ${who}`);
      expected ??= answers;
      for (const [at, { question, heard }] of answers.entries())
        assert.equal(heard, expected[at]?.heard, `${question}: ${name} of ${account} is told apart`);
    }
  }

  const secret = [alice, "Secret"] as const;
  const nowhere = [alice, "Nowhere"] as const;
  const nobodys = ["nobody@example.org", "Secret"] as const;

  test("are not there, whoever's they are, for somebody with whom nobody shares anything", async () => {
    for (const who of [mallory, eve])
      await same(who, [nobodys, secret, nowhere, [alice, "INBOX"], ["bina@elsewhere.example", "Secret"]]);
  });

  test("are not there beside one that is shared", async () => {
    await owner.ok(`SETACL Shown ${mallory} lr`);
    await same(mallory, [nowhere, secret]);
    await same(eve, [nobodys, secret]);
    await owner.ok(`DELETEACL Shown ${mallory}`);
  });

  test('are not there for another domain\'s "anyone"', async () => {
    await owner.ok("SETACL Secret anyone lrswipkxtea");
    await same(eve, [nobodys, secret, [alice, "INBOX"]]);
    await owner.ok("DELETEACL Secret anyone");
  });

  test('are not there without "l", whatever else is allowed, but for what is put into them', async () => {
    await owner.ok(`SETACL Blind ${mallory} swpte`);
    await owner.ok(`SETACL Shown ${mallory} lr`);
    await same(mallory, [nowhere, [alice, "Blind"]]);
    await owner.ok(`DELETEACL Blind ${mallory}`);
    await owner.ok(`DELETEACL Shown ${mallory}`);
  });

  test('are not there once they are denied, whatever "anyone" may', async () => {
    await owner.ok("SETACL Shown anyone lr");
    await owner.ok("SETACL Secret anyone lrswipkxtea");
    await owner.ok(`SETACL Secret -${mallory} lrswipkxtea`);
    await same(mallory, [nowhere, secret]);
    for (const name of ["Shown", "Secret"]) await owner.ok(`DELETEACL ${name} anyone`);
    await owner.ok(`DELETEACL Secret -${mallory}`);
  });

  test("are not there above one that is shared", async () => {
    await same(
      mallory,
      [
        [alice, "Ghost"],
        [alice, "Above"],
      ],
      (name) => [`${name}/listed`, "lrswipt"],
    );
  });

  test("are not there below one that is shared", async () => {
    for (const rights of ["l", "lr", "lrs"])
      await same(
        mallory,
        [
          [alice, "Plain"],
          [alice, "Listed"],
        ],
        (name) => [name, rights],
      );
  });
});
