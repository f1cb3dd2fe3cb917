// SEARCH: each key, how they nest, the bounds, charsets, RETURN; and that what is written is what is read.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { argumentsOf, onTheWire } from "../../../test/support/imap-arguments.ts";
import { systemFlags } from "../../model/flags.ts";
import { asModSeq } from "../../model/ids.ts";
import { charsetDecoder, readSearchCharset, readSearchOptions, type SearchReturn } from "./search-args.ts";
import { namesModSeq, readSearchKeys, type SearchKey } from "./search-key.ts";
import { largestInUse } from "./sequence-set.ts";
import { SyntaxFault } from "./syntax-fault.ts";

interface SearchArgs {
  readonly returns: ReadonlySet<SearchReturn> | null;
  readonly charset: string | null;
  readonly key: SearchKey;
}

/** As the command reads them. */
function read(text: string): SearchArgs {
  const args = argumentsOf(text);
  const returns = readSearchOptions(args)?.options ?? null;
  const charset = readSearchCharset(args);
  return { returns, charset, key: readSearchKeys(args, charsetDecoder(charset)) };
}

const key = (text: string): SearchKey => read(text).key;
const seen: SearchKey = { key: "FLAG", bit: systemFlags["\\Seen"], state: "set" };
const unseen: SearchKey = { key: "FLAG", bit: systemFlags["\\Seen"], state: "unset" };
const deleted: SearchKey = { key: "FLAG", bit: systemFlags["\\Deleted"], state: "set" };
const day = (iso: string): number => Date.parse(iso) / 86_400_000;

suite("keys", () => {
  const cases: readonly (readonly [string, SearchKey])[] = [
    ["ALL", { key: "ALL" }],
    ["seen", seen],
    ["UNSEEN", unseen],
    ["NEW", { key: "AND", all: [{ key: "RECENT" }, unseen] }],
    ["OLD", { key: "NOT", not: { key: "RECENT" } }],
    ["KEYWORD $Junk", { key: "KEYWORD", keyword: "$Junk", state: "set" }],
    ["UNKEYWORD $Junk", { key: "KEYWORD", keyword: "$Junk", state: "unset" }],
    ['FROM "Smith"', { key: "TEXT", within: "FROM", text: "Smith" }],
    ['SUBJECT ""', { key: "TEXT", within: "SUBJECT", text: "" }],
    ["BODY {6}\r\nXXXXXX", { key: "TEXT", within: "BODY", text: "XXXXXX" }],
    [`TEXT "${onTheWire("চিঠি")}"`, { key: "TEXT", within: "TEXT", text: "চিঠি" }],
    ['HEADER Message-ID "<x@y>"', { key: "HEADER", field: "Message-ID", text: "<x@y>" }],
    ["BEFORE 1-Feb-1994", { key: "DATE", of: "internal", test: "before", day: day("1994-02-01") }],
    ['SENTON "1-Feb-1994"', { key: "DATE", of: "sent", test: "on", day: day("1994-02-01") }],
    ["SAVEDSINCE 28-Dec-2014", { key: "DATE", of: "saved", test: "since", day: day("2014-12-28") }],
    ["SAVEDATESUPPORTED", { key: "SAVEDATESUPPORTED" }],
    ["LARGER 100000", { key: "SIZE", test: "larger", bytes: 100_000 }],
    ["SMALLER 9223372036854775807", { key: "SIZE", test: "smaller", bytes: Number.MAX_SAFE_INTEGER }],
    ["OLDER 604800", { key: "AGE", test: "older", seconds: 604_800 }],
    ["YOUNGER 1", { key: "AGE", test: "younger", seconds: 1 }],
    ["MODSEQ 620162338", { key: "MODSEQ", modSeq: asModSeq(620_162_338) }],
    ['MODSEQ "/flags/\\\\draft" all 620162338', { key: "MODSEQ", modSeq: asModSeq(620_162_338) }],
    ["EMAILID M6d99ac3275bb4e", { key: "EMAILID", objectId: "M6d99ac3275bb4e" }],
    ["THREADID T64b478a75b7ea9", { key: "THREADID", objectId: "T64b478a75b7ea9" }],
    [
      "2,4:*",
      {
        key: "SEQUENCE",
        messages: {
          kind: "ranges",
          ranges: [
            [2, 2],
            [4, largestInUse],
          ],
        },
      },
    ],
    ["$", { key: "SEQUENCE", messages: { kind: "saved" } }],
    ["UID $", { key: "UID", messages: { kind: "saved" } }],
    ["SEEN DELETED", { key: "AND", all: [seen, deleted] }],
    ["(SEEN)", seen],
    ["((SEEN DELETED))", { key: "AND", all: [seen, deleted] }],
    ["NOT SEEN", { key: "NOT", not: seen }],
    ["NOT (SEEN DELETED)", { key: "NOT", not: { key: "AND", all: [seen, deleted] } }],
    ["OR SEEN DELETED", { key: "OR", any: [seen, deleted] }],
    ["OR SEEN OR DELETED ALL", { key: "OR", any: [seen, deleted, { key: "ALL" }] }],
    ["OR OR SEEN DELETED ALL", { key: "OR", any: [seen, deleted, { key: "ALL" }] }],
    [
      "OR (SEEN) NOT OR DELETED ALL",
      { key: "OR", any: [seen, { key: "NOT", not: { key: "OR", any: [deleted, { key: "ALL" }] } }] },
    ],
    ["OR SEEN DELETED ALL", { key: "AND", all: [{ key: "OR", any: [seen, deleted] }, { key: "ALL" }] }],
    // RFC 9051 6.4.4: the example.
    [
      'FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"',
      {
        key: "AND",
        all: [
          { key: "FLAG", bit: systemFlags["\\Flagged"], state: "set" },
          { key: "DATE", of: "internal", test: "since", day: day("1994-02-01") },
          { key: "NOT", not: { key: "TEXT", within: "FROM", text: "Smith" } },
        ],
      },
    ],
  ];
  for (const [text, expected] of cases) {
    test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(key(text), expected));
  }

  for (const text of [
    "",
    " ",
    "FOO",
    "()",
    "(SEEN",
    "SEEN)",
    "(SEEN )",
    "( SEEN)",
    "SEEN  DELETED",
    "NOT",
    "NOT ",
    "NOT()",
    "OR SEEN",
    "OR (SEEN DELETED)",
    "FROM",
    "FROM ",
    "FROM (x)",
    'FROM "x',
    "KEYWORD",
    "KEYWORD \\Seen",
    'KEYWORD "x"',
    "BEFORE 32-Foo-2000",
    "SINCE yesterday",
    "LARGER x",
    "LARGER -1",
    "LARGER 9223372036854775808",
    "OLDER 0",
    "MODSEQ",
    "MODSEQ -1",
    'MODSEQ "/flags/x" 5',
    'MODSEQ "/flags/x" mine 5',
    "EMAILID a.b",
    'EMAILID ""',
    "THREADID {3}\r\na\r\n",
    "UID",
    "UID x",
    "0",
    "1,",
    "HEADER x",
    "HEADER {3}\r\na\0b x",
    "ALL(SEEN)",
    "(SEEN)DELETED",
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => read(text), SyntaxFault));
  }
});

test("MODSEQ is noticed wherever it stands", () => {
  // RFC 7162 3.1.5: the examples.
  for (const text of ["MODSEQ 5", "OR NOT MODSEQ 720162338 LARGER 50000", "SEEN (DELETED NOT (ALL MODSEQ 1))"]) {
    assert.ok(namesModSeq(key(text)), text);
  }
  assert.ok(!namesModSeq(key("SEEN NOT (OR DELETED UID 5)")));
});

suite("RETURN and CHARSET", () => {
  test("without RETURN there is none", () => assert.equal(read("ALL").returns, null));
  test("() is ALL", () => assert.deepEqual(read("RETURN () ALL").returns, new Set(["ALL"])));
  test("options come as a set", () => {
    assert.deepEqual(
      read("return (min MAX count SAVE) CHARSET UTF-8 ALL").returns,
      new Set(["MIN", "MAX", "COUNT", "SAVE"]),
    );
  });
  for (const text of [
    "RETURN ALL",
    "RETURN (FOO) ALL",
    "RETURN (MIN)",
    "RETURN (MIN)ALL",
    "RETURN (MIN",
    "CHARSET",
    "CHARSET UTF-8",
    "CHARSET UTF-8 ",
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => read(text), SyntaxFault));
  }

  for (const [charset, octets, text] of [
    ["UTF-8", onTheWire("é"), "é"],
    ['"utf-8"', onTheWire("é"), "é"],
    ["US-ASCII", "e", "e"],
    ["ISO-8859-1", "\xe9", "é"],
    ["KOI8-R", "\xd0\xcf", "по"],
    ["Shift_JIS", "\x93\xfa\x96{", "日本"],
    ["ISO-2022-KR", "\x1b$)C\x0eGQ\x0f", "한"],
    ["ISO-2022-JP", "\x1b$BF|\x1b(B", "日"],
  ] as const) {
    test(`text in ${charset} is read`, () => {
      const args = read(`CHARSET ${charset} SUBJECT {${octets.length}}\r\n${octets}`);
      assert.deepEqual(args.key, { key: "TEXT", within: "SUBJECT", text });
    });
  }

  test("an unknown charset is answered NO", () => {
    for (const charset of ["X-UNKNOWN", "UTF-9", "Klingon"]) {
      assert.throws(
        () => read(`CHARSET ${charset} ALL`),
        (error) => error instanceof SyntaxFault && error.status === "NO" && error.code === "BADCHARSET",
      );
    }
  });
  test("octets that are wrong in the charset are answered BAD", () => {
    for (const text of ['CHARSET UTF-8 SUBJECT "\xe9"', 'SUBJECT "\xe9"', "CHARSET EUC-JP SUBJECT {1}\r\n\xff"]) {
      assert.throws(
        () => read(text),
        (error) => error instanceof SyntaxFault && error.status === "BAD",
      );
    }
  });
});

suite("bounds", () => {
  test("lists nest 25 deep and no deeper", () => {
    const nested = (depth: number): SearchKey => key(`${"(".repeat(depth)}SEEN${")".repeat(depth)}`);
    assert.deepEqual(nested(25), seen);
    assert.throws(() => nested(26), /Nested too deep/);
  });
  test("so does NOT", () => {
    key(`${"NOT ".repeat(25)}SEEN`);
    assert.throws(() => key(`${"NOT ".repeat(26)}SEEN`), /Nested too deep/);
  });
  test("so do NOT, OR and lists in turn", () => {
    const text = "NOT (OR SEEN (".repeat(9);
    assert.throws(() => key(`${text}SEEN${"))".repeat(9)}`), /Nested too deep/);
  });
  test("what is closed does not count", () => {
    key(`${"NOT (SEEN) OR (SEEN) NOT (DELETED) ".repeat(100)}ALL`);
  });
  test("a chain of ORs is one OR, written from either end", () => {
    const right = key(`${"OR SEEN ".repeat(500)}DELETED`);
    const left = key(`${"OR ".repeat(500)}DELETED${" SEEN".repeat(500)}`);
    assert.ok(right.key === "OR" && right.any.length === 501);
    assert.ok(left.key === "OR" && left.any.length === 501);
  });
  test("a thousand keys are enough", () => {
    key(`${"SEEN ".repeat(999)}SEEN`);
    assert.throws(
      () => key(`${"SEEN ".repeat(1_000)}SEEN`),
      (error) => error instanceof SyntaxFault && error.code === "LIMIT",
    );
  });
  for (const text of ["(", "NOT ", "OR ", "OR (", "NOT (OR SEEN "]) {
    test(`a million octets of ${JSON.stringify(text)} are refused at once`, () => {
      const started = performance.now();
      assert.throws(() => key(text.repeat(1_000_000 / text.length)), SyntaxFault);
      assert.ok(performance.now() - started < 500);
    });
  }
});

suite("laws", () => {
  const leaf = fc.constantFrom<[string, SearchKey]>(
    ["SEEN", seen],
    ["DELETED", deleted],
    ["ALL", { key: "ALL" }],
    ["LARGER 5", { key: "SIZE", test: "larger", bytes: 5 }],
  );
  /** Keys as they are written, and what they mean for the four kinds of leaf above. */
  const tree = fc.letrec<{ node: Tree }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf.map(([text]): Tree => ({ text })),
      fc.record({ not: tie("node") }),
      fc.record({ or: fc.tuple(tie("node"), tie("node")) }),
      fc.record({ and: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    ),
  })).node;

  test("the tree that is read means what was written", () => {
    fc.assert(
      fc.property(tree, fc.nat(7), (written, facts) => {
        const holds: Record<string, boolean> = {
          SEEN: (facts & 1) > 0,
          DELETED: (facts & 2) > 0,
          ALL: true,
          "LARGER 5": (facts & 4) > 0,
        };
        let result: boolean;
        try {
          result = meaning(key(format(written)), holds);
        } catch (error) {
          assert.match(String(error), /Nested too deep/);
          return;
        }
        assert.equal(result, expected(written, holds));
      }),
      { numRuns: 500 },
    );
  });

  test("any words are read or refused, never more", () => {
    const words = fc.array(
      fc.constantFrom(
        "SEEN",
        "NOT",
        "OR",
        "(",
        ")",
        " ",
        "FROM",
        '"x"',
        "x",
        "1:*",
        "$",
        "UID",
        "MODSEQ",
        "5",
        "CHARSET",
        "RETURN",
        "UTF-8",
        "{1}\r\na",
        "BEFORE",
        "1-Jan-2020",
        "\0",
        "\xff",
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(words, fc.constantFrom("", " "), (parts, between) => {
        try {
          read(parts.join(between));
        } catch (error) {
          assert.ok(error instanceof SyntaxFault, String(error));
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

interface Tree {
  readonly text?: string;
  readonly not?: Tree;
  readonly or?: readonly [Tree, Tree];
  readonly and?: readonly Tree[];
}

function format({ text, not, or, and }: Tree): string {
  if (not !== undefined) return `NOT ${format(not)}`;
  if (or !== undefined) return `OR ${format(or[0])} ${format(or[1])}`;
  if (and !== undefined) return `(${and.map(format).join(" ")})`;
  return text ?? "ALL";
}

function expected({ text, not, or, and }: Tree, holds: Record<string, boolean>): boolean {
  if (not !== undefined) return !expected(not, holds);
  if (or !== undefined) return or.some((one) => expected(one, holds));
  if (and !== undefined) return and.every((one) => expected(one, holds));
  return holds[text ?? ""] === true;
}

function meaning(given: SearchKey, holds: Record<string, boolean>): boolean {
  if (given.key === "NOT") return !meaning(given.not, holds);
  if (given.key === "OR") return given.any.some((one) => meaning(one, holds));
  if (given.key === "AND") return given.all.every((one) => meaning(one, holds));
  if (given.key === "FLAG") return holds[given.bit === systemFlags["\\Seen"] ? "SEEN" : "DELETED"] === true;
  return given.key === "ALL" || holds["LARGER 5"] === true;
}
