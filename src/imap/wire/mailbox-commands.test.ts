// The smaller argument readers: CREATE, STATUS, COPY, UID EXPUNGE, LOGIN, AUTHENTICATE, ENABLE, ID.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { argumentsOf, onTheWire } from "../../../test/support/imap-arguments.ts";
import { imapNestingBeforeLoginMax } from "../../base/limits.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readCopy, readUidExpunge } from "./copy-args.ts";
import { readCreate } from "./create-args.ts";
import { readEnable } from "./enable-args.ts";
import { readId } from "./id-args.ts";
import { readAuthenticate, readLogin } from "./login-args.ts";
import { readStatus } from "./status-items.ts";
import { SyntaxFault } from "./syntax-fault.ts";

interface Case {
  readonly read: (args: ArgumentReader) => unknown;
  readonly takes: readonly (readonly [string, unknown])[];
  readonly refuses: readonly string[];
}

const ranges = (...pairs: [number, number][]) => ({ kind: "ranges", ranges: pairs });

const cases: Record<string, Case> = {
  CREATE: {
    read: readCreate,
    takes: [
      ["a/b/", { mailbox: "a/b", use: [] }],
      ["MySpecial (USE (\\Drafts \\Sent))", { mailbox: "MySpecial", use: ["\\Drafts", "\\Sent"] }],
      ["x (use ())", { mailbox: "x", use: [] }],
    ],
    refuses: [
      "",
      "a b",
      "a ()",
      "a (USE)",
      "a (USE \\Sent)",
      "a (USE (Sent))",
      "a (FOO (\\Sent))",
      "a (USE (\\Sent)",
      "a (USE (\\Sent)) x",
    ],
  },
  STATUS: {
    read: readStatus,
    takes: [
      ["blurdybloop (UIDNEXT MESSAGES)", { mailbox: "blurdybloop", items: ["UIDNEXT", "MESSAGES"] }],
      [
        '"a b" (messages recent unseen uidvalidity deleted size)',
        { mailbox: "a b", items: ["MESSAGES", "RECENT", "UNSEEN", "UIDVALIDITY", "DELETED", "SIZE"] },
      ],
      [
        "x (HIGHESTMODSEQ APPENDLIMIT MAILBOXID)",
        { mailbox: "x", items: ["HIGHESTMODSEQ", "APPENDLIMIT", "MAILBOXID"] },
      ],
      ["x (SIZE SIZE)", { mailbox: "x", items: ["SIZE"] }],
    ],
    refuses: [
      "",
      "x",
      "x ()",
      "x (FOO)",
      "x MESSAGES",
      "x (MESSAGES",
      "x (MESSAGES) y",
      "x ( MESSAGES)",
      "x ((MESSAGES))",
      "x (MESSAGES)(",
    ],
  },
  COPY: {
    read: readCopy,
    takes: [
      ["2:4 MEETING", { messages: ranges([2, 4]), to: "MEETING" }],
      ["$ {1}\r\nx", { messages: { kind: "saved" }, to: "x" }],
    ],
    refuses: ["", "2:4", "2:4 ", "MEETING 2:4", "2:4 a b", "0 a"],
  },
  "UID EXPUNGE": { read: readUidExpunge, takes: [["3000:3002", ranges([3000, 3002])]], refuses: ["", "x", "1 2"] },
  LOGIN: {
    read: readLogin,
    takes: [
      ["SMITH SESAME", { user: "SMITH", password: "SESAME" }],
      ['"a@b" ""', { user: "a@b", password: "" }],
      ["{11}\r\nFRED FOOBAR {7+}\r\nfat man", { user: "FRED FOOBAR", password: "fat man" }],
      [`joe "${onTheWire("গোপন")}\\\\"`, { user: "joe", password: "গোপন\\" }],
    ],
    refuses: ["", "joe", "joe ", "joe  x", "joe x y", 'joe "x', "joe {3}\r\na\0b", "(joe) x", 'joe "\xe9"'],
  },
  AUTHENTICATE: {
    read: readAuthenticate,
    takes: [
      ["plain", { mechanism: "PLAIN", initialResponse: null }],
      ["SCRAM-SHA-256 biws", { mechanism: "SCRAM-SHA-256", initialResponse: "biws" }],
      ["PLAIN AGpvZQBwYXNz+/==", { mechanism: "PLAIN", initialResponse: "AGpvZQBwYXNz+/==" }],
      ["EXTERNAL =", { mechanism: "EXTERNAL", initialResponse: "" }],
    ],
    refuses: ["", "PLAIN x y", "PLAIN (x)", '"PLAIN"', "EXTERNAL = x"],
  },
  ENABLE: {
    read: readEnable,
    takes: [
      ["CONDSTORE", ["CONDSTORE"]],
      ["utf8=accept imap4rev2 X-GOOD-IDEA", ["UTF8=ACCEPT", "IMAP4REV2", "X-GOOD-IDEA"]],
    ],
    refuses: ["", "(CONDSTORE)", '"CONDSTORE"', "A  B"],
  },
  ID: {
    read: (args) => [...readId(args)],
    takes: [
      ["NIL", []],
      ["()", []],
      [
        '("name" "Thunderbird" "version" NIL)',
        [
          ["name", "Thunderbird"],
          ["version", null],
        ],
      ],
      [
        '("__proto__" "x" "NAME" {3}\r\nabc)',
        [
          ["__proto__", "x"],
          ["name", "abc"],
        ],
      ],
    ],
    refuses: [
      "",
      '("name")',
      '("name" )',
      "(name x)",
      '("a" "b" "c")',
      '(("a" "b"))',
      '("a" "b"',
      '("a" "b") x',
      '(NIL "x")',
    ],
  },
};

for (const [name, { read, takes, refuses }] of Object.entries(cases)) {
  suite(name, () => {
    for (const [input, expected] of takes) {
      test(`reads ${JSON.stringify(input)}`, () => assert.deepEqual(read(argumentsOf(input)), expected));
    }
    for (const input of refuses) {
      test(`refuses ${JSON.stringify(input)}`, () => assert.throws(() => read(argumentsOf(input)), SyntaxFault));
    }
  });
}

test("ID fits into what is allowed before login", () => {
  readId(argumentsOf('("name" "x")', { nestingMax: imapNestingBeforeLoginMax }));
});

for (const [what, input] of [
  ["10,000 fields", `(${'"a" "b" '.repeat(10_000)}"a" "b")`],
  ["a field of 31 octets", `("${"f".repeat(31)}" "x")`],
  ["a value of 1 MiB", `("a" {1048576}\r\n${"x".repeat(1_048_576)})`],
] as const) {
  test(`ID with ${what} is answered NO`, () => {
    assert.throws(
      () => readId(argumentsOf(input)),
      (error) => error instanceof SyntaxFault && error.status === "NO" && error.code === "LIMIT",
    );
  });
}
