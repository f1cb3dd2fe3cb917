// Untagged responses and response codes as the RFCs print them.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { octetText, onTheWire } from "../../../test/support/imap-arguments.ts";
import { latin1 } from "../../base/bytes.ts";
import { flagSet } from "../../model/flags.ts";
import { asModSeq, asUidValidity } from "../../model/ids.ts";
import { mailboxName } from "../../model/mailbox-name.ts";
import { uidSet } from "../../model/uid-set.ts";
import type { NameForm } from "./argument-reader.ts";
import * as fetch from "./fetch-response.ts";
import { writeList, writeLsub, writeSeparator } from "./list-response.ts";
import * as code from "./response-code.ts";
import { writeEsearch, writeSearch, writeVanished } from "./search-response.ts";
import * as status from "./status-response.ts";
import { Writer } from "./writer.ts";

function written(write: (to: Writer) => void, names: NameForm = "modified-utf-7"): string {
  const writer = new Writer(names);
  write(writer);
  return octetText(writer.take());
}

const set = (...ranges: [number, number][]) => uidSet(ranges);
const inbox = mailboxName("INBOX");

suite("FETCH", () => {
  test("flags, size and UID", () => {
    const line = written((to) => {
      fetch.beginFetch(to, 23);
      fetch.fetchFlags(to, flagSet(1, []), "not-recent");
      fetch.fetchSize(to, 44_827);
      fetch.fetchUid(to, 447);
      fetch.endFetch(to);
    });
    assert.equal(line, "* 23 FETCH (FLAGS (\\Seen) RFC822.SIZE 44827 UID 447)\r\n");
  });

  test("\\Recent for those who are told of it", () => {
    const line = written((to) => {
      fetch.beginFetch(to, 1);
      fetch.fetchFlags(to, flagSet(0, []), "recent");
      fetch.fetchFlags(to, flagSet(1, ["a"]), "recent");
      fetch.endFetch(to);
    });
    assert.equal(line, "* 1 FETCH (FLAGS (\\Recent) FLAGS (\\Recent \\Seen a))\r\n");
  });

  test("mod-sequence, dates, object ids, wire bytes, sizes", () => {
    const line = written((to) => {
      fetch.beginFetch(to, 2);
      fetch.fetchModSeq(to, asModSeq(624_140_003));
      fetch.fetchDate(to, "INTERNALDATE", Date.parse("1996-07-17T02:44:25Z"));
      fetch.fetchDate(to, "SAVEDATE", Date.parse("2015-01-01T17:50:53Z"));
      fetch.fetchDate(to, "SAVEDATE", null);
      fetch.fetchObjectId(to, "EMAILID", "M1");
      fetch.fetchObjectId(to, "THREADID", null);
      fetch.fetchWire(to, "ENVELOPE", latin1('(NIL "x")'));
      fetch.fetchNumber(to, "BINARY.SIZE[1]", 7);
      fetch.fetchNil(to, "BODY[9]");
      fetch.endFetch(to);
    });
    const items = [
      "MODSEQ (624140003)",
      'INTERNALDATE "17-Jul-1996 02:44:25 +0000"',
      'SAVEDATE " 1-Jan-2015 17:50:53 +0000"',
      "SAVEDATE NIL",
      "EMAILID (M1)",
      "THREADID NIL",
      'ENVELOPE (NIL "x")',
      "BINARY.SIZE[1] 7",
      "BODY[9] NIL",
    ];
    assert.equal(line, `* 2 FETCH (${items.join(" ")})\r\n`);
  });

  test("a body that is sent past the writer, with an item behind it", () => {
    const writer = new Writer();
    fetch.beginFetch(writer, 1);
    fetch.fetchLiteralHead(writer, "BODY[]", 3, "literal");
    let sent = `${octetText(writer.take())}a\r\n`;
    fetch.fetchLiteralHead(writer, "BINARY[1]", 1, "literal8");
    sent += `${octetText(writer.take())}\0`;
    fetch.fetchUid(writer, 5);
    fetch.endFetch(writer);
    sent += octetText(writer.take());
    assert.equal(sent, "* 1 FETCH (BODY[] {3}\r\na\r\n BINARY[1] ~{1}\r\n\0 UID 5)\r\n");
  });
});

suite("LIST", () => {
  for (const [what, write, expected, names = "modified-utf-7"] of [
    [
      "an ordinary mailbox",
      (to: Writer) => writeList(to, { attributes: ["\\HasNoChildren"], name: inbox }),
      '* LIST (\\HasNoChildren) "/" INBOX\r\n',
    ],
    [
      "a name that needs quotes",
      (to: Writer) => writeList(to, { attributes: [], name: mailboxName("a b") }),
      '* LIST () "/" "a b"\r\n',
    ],
    [
      "a name in modified UTF-7",
      (to: Writer) => writeList(to, { attributes: [], name: mailboxName("台北") }),
      '* LIST () "/" &U,BTFw-\r\n',
    ],
    [
      "a name in UTF-8",
      (to: Writer) => writeList(to, { attributes: [], name: mailboxName("台北") }),
      `* LIST () "/" "${onTheWire("台北")}"\r\n`,
      "utf-8",
    ],
    [
      "CHILDINFO and OLDNAME",
      (to: Writer) =>
        writeList(to, {
          attributes: ["\\NonExistent"],
          name: mailboxName("Foo"),
          childInfo: ["SUBSCRIBED"],
          oldName: mailboxName("a b"),
        }),
      '* LIST (\\NonExistent) "/" Foo ("CHILDINFO" ("SUBSCRIBED") "OLDNAME" ("a b"))\r\n',
    ],
    ["the separator", (to: Writer) => writeSeparator(to, "LIST"), '* LIST (\\Noselect) "/" ""\r\n'],
    ["LSUB", (to: Writer) => writeLsub(to, ["\\Noselect"], mailboxName("a/b")), '* LSUB (\\Noselect) "/" a/b\r\n'],
  ] as const) {
    test(what, () => assert.equal(written(write, names), expected));
  }
});

suite("SEARCH", () => {
  for (const [what, write, expected] of [
    [
      "all UIDs",
      (to: Writer) =>
        writeEsearch(to, { tag: "A285", numbering: "uid" }, { min: 7, max: 3_800, all: set([1, 3], [5, 5]), count: 4 }),
      '* ESEARCH (TAG "A285") UID MIN 7 MAX 3800 ALL 1:3,5 COUNT 4\r\n',
    ],
    [
      "nothing found",
      (to: Writer) => writeEsearch(to, { tag: "a]", numbering: "seq" }, { all: set(), count: 0 }),
      '* ESEARCH (TAG "a]") COUNT 0\r\n',
    ],
    [
      "a mod-sequence",
      (to: Writer) => writeEsearch(to, { tag: "a", numbering: "seq" }, { all: set([1, 3]), modSeq: asModSeq(9) }),
      '* ESEARCH (TAG "a") ALL 1:3 MODSEQ 9\r\n',
    ],
    [
      "a mailbox among several",
      (to: Writer) => {
        const of = { name: mailboxName("কাজ"), uidValidity: asUidValidity(503) };
        writeEsearch(to, { tag: "a", numbering: "uid", of }, { count: 2 });
      },
      '* ESEARCH (TAG "a" MAILBOX &CZUJvgmc- UIDVALIDITY 503) UID COUNT 2\r\n',
    ],
    ["numbers", (to: Writer) => writeSearch(to, [2, 84, 882], null), "* SEARCH 2 84 882\r\n"],
    [
      "numbers and a mod-sequence",
      (to: Writer) => writeSearch(to, new Uint32Array([2, 5]), asModSeq(917_162_500)),
      "* SEARCH 2 5 (MODSEQ 917162500)\r\n",
    ],
    ["no numbers", (to: Writer) => writeSearch(to, [], asModSeq(5)), "* SEARCH\r\n"],
    ["VANISHED", (to: Writer) => writeVanished(to, set([405, 405], [407, 410]), "now"), "* VANISHED 405,407:410\r\n"],
    [
      "VANISHED (EARLIER)",
      (to: Writer) => writeVanished(to, set([300, 310]), "earlier"),
      "* VANISHED (EARLIER) 300:310\r\n",
    ],
    ["nothing vanished", (to: Writer) => writeVanished(to, set(), "earlier"), ""],
  ] as const) {
    test(what, () => assert.equal(written(write), expected));
  }
});

suite("status", () => {
  for (const [what, write, expected] of [
    [
      "a completion",
      (to: Writer) => status.writeStatusText(to, "a1", { status: "OK", code: "READ-WRITE", text: "SELECT completed" }),
      "a1 OK [READ-WRITE] SELECT completed\r\n",
    ],
    [
      "an untagged text",
      (to: Writer) => status.writeStatusText(to, null, { status: "BYE", code: null, text: "Good-bye" }),
      "* BYE Good-bye\r\n",
    ],
    [
      "a text that would be two lines",
      (to: Writer) => status.writeStatusText(to, "a", { status: "NO", code: null, text: "Internal error x\r\n* OK" }),
      "a NO Internal error x  * OK\r\n",
    ],
    ["a continuation", (to: Writer) => status.writeContinuation(to, "idling"), "+ idling\r\n"],
    ["an empty challenge", (to: Writer) => status.writeChallenge(to, ""), "+ \r\n"],
    ["EXISTS", (to: Writer) => status.writeCount(to, 23, "EXISTS"), "* 23 EXISTS\r\n"],
    [
      "FLAGS",
      (to: Writer) => status.writeApplicableFlags(to, ["$Junk"]),
      "* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $Junk)\r\n",
    ],
    [
      "CAPABILITY",
      (to: Writer) => status.writeWords(to, "CAPABILITY", ["IMAP4rev1", "IDLE"]),
      "* CAPABILITY IMAP4rev1 IDLE\r\n",
    ],
    ["ENABLED nothing", (to: Writer) => status.writeWords(to, "ENABLED", []), "* ENABLED\r\n"],
    [
      "ID",
      (to: Writer) =>
        status.writeId(
          to,
          new Map<string, string | null>([
            ["name", "Dakghar"],
            ["os", null],
          ]),
        ),
      '* ID ("name" "Dakghar" "os" NIL)\r\n',
    ],
    ["ID of nothing", (to: Writer) => status.writeId(to, new Map()), "* ID NIL\r\n"],
    [
      "NAMESPACE",
      (to: Writer) => {
        const as = (prefix: string, translation: string | null = null) => ({ prefix, translation });
        status.writeNamespace(to, [[as("")], [], [as("a/"), as("b/")]]);
      },
      '* NAMESPACE (("" "/")) NIL (("a/" "/")("b/" "/"))\r\n',
    ],
    [
      "STATUS",
      (to: Writer) =>
        status.writeStatus(to, inbox, [
          ["MESSAGES", 231],
          ["UIDNEXT", 44_292],
          ["MAILBOXID", "F1"],
          ["APPENDLIMIT", null],
        ]),
      "* STATUS INBOX (MESSAGES 231 UIDNEXT 44292 MAILBOXID (F1) APPENDLIMIT NIL)\r\n",
    ],
    ["STATUS of nothing", (to: Writer) => status.writeStatus(to, inbox, []), "* STATUS INBOX ()\r\n"],
  ] as const) {
    test(what, () => assert.equal(written(write), expected));
  }
});

suite("response codes", () => {
  for (const [given, expected] of [
    [code.appendUid(asUidValidity(38_505), [3_955]), "APPENDUID 38505 3955"],
    [code.appendUid(asUidValidity(1), [4, 5, 6, 9]), "APPENDUID 1 4:6,9"],
    [
      code.copyUid(asUidValidity(38_505), [304, 319, 320], [3_956, 3_957, 3_958]),
      "COPYUID 38505 304,319:320 3956:3958",
    ],
    [code.formatNumbers([5, 4, 3, 7, 8]), "5,4,3,7:8"],
    [code.permanentFlags(flagSet(9, []), "possible"), "PERMANENTFLAGS (\\Seen \\Deleted \\*)"],
    [code.permanentFlags(flagSet(0, []), "not-possible"), "PERMANENTFLAGS ()"],
    [code.modified(set([7, 7], [9, 9])), "MODIFIED 7,9"],
    [code.highestModSeq(asModSeq(715_194_045_007)), "HIGHESTMODSEQ 715194045007"],
    [code.uidNext(4_392), "UIDNEXT 4392"],
    [code.uidValidity(asUidValidity(3_857_529_045)), "UIDVALIDITY 3857529045"],
    [code.mailboxIdCode("F2212ea87-6097-4256-9d51-71338625"), "MAILBOXID (F2212ea87-6097-4256-9d51-71338625)"],
  ] as const) {
    test(expected, () => assert.equal(given, expected));
  }
});
