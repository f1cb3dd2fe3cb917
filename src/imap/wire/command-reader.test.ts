// The receiver of commands: framing, literals, limits, resynchronizing; and that it does not matter how the octets are cut.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { concatBytes, latin1 } from "../../base/bytes.ts";
import { limitsAfterLogin, limitsBeforeLogin } from "./command-limits.ts";
import { type CommandEvent, CommandReader } from "./command-reader.ts";

/** What the driver below saw, as text. */
type Seen = string;

const text = (bytes: Uint8Array): string => {
  let out = "";
  for (const byte of bytes) out += String.fromCharCode(byte);
  return out;
};

interface Driver {
  readonly limits?: typeof limitsAfterLogin;
  /** Command lines whose offered literal is abandoned. */
  readonly abandons?: (args: string) => boolean;
}

/** Feeds the pieces and acts as a server would: accepts literals, expects a line after IDLE and AUTHENTICATE. */
function drive(pieces: readonly (string | Uint8Array)[], driver: Driver = {}): Seen[] {
  const reader = new CommandReader(driver.limits ?? limitsAfterLogin);
  const seen: Seen[] = [];
  let message: string | null = null;
  const act = (event: CommandEvent): void => {
    if (event.kind === "piece") {
      message = (message ?? "") + text(event.bytes);
      if (event.remainingBytes > 0) return;
      seen.push(`message ${message}`);
      message = null;
    } else if (event.kind === "literal") {
      const { head, literal } = event;
      seen.push(
        `literal ${head.tag} ${head.name} <${text(event.args)}> ${literal.form} ${literal.bytes} ${literal.sends}`,
      );
      if (driver.abandons?.(text(event.args)) === true) {
        seen.push("abandoned");
        reader.abandon();
      } else reader.acceptLiteral(literal.may);
    } else if (event.kind === "fault") {
      seen.push(`fault ${event.tag ?? "*"} ${event.code ?? "-"} ${event.text} ${event.after}`);
    } else if (event.kind === "line") {
      seen.push(`line <${text(event.bytes)}>`);
    } else {
      seen.push(`command ${event.head.tag} ${event.head.numbering} ${event.head.name} <${text(event.args)}>`);
      if (event.head.name === "IDLE" || event.head.name === "AUTHENTICATE") reader.expectLine(100);
    }
  };
  for (const piece of pieces) {
    reader.push(typeof piece === "string" ? latin1(piece) : piece);
    for (let event = reader.next(); event !== undefined; event = reader.next()) act(event);
  }
  return seen;
}

suite("commands", () => {
  const cases: readonly (readonly [string, string, readonly Seen[]])[] = [
    ["a command without arguments", "a1 NOOP\r\n", ["command a1 seq NOOP <>"]],
    ["a name in any letter case", "a1 nOoP\r\n", ["command a1 seq NOOP <>"]],
    ["arguments as they are", 'a LOGIN joe "x y"\r\n', ['command a seq LOGIN <joe "x y">']],
    ["UID before a name as its numbering", "a uid fetch 1:* FLAGS\r\n", ["command a uid FETCH <1:* FLAGS>"]],
    ["two commands in one chunk", "a NOOP\r\nb NOOP\r\n", ["command a seq NOOP <>", "command b seq NOOP <>"]],
    ["nothing of an empty line", "\r\n\r\na NOOP\r\n", ["command a seq NOOP <>"]],
    [
      "a line after IDLE as it is",
      "a IDLE\r\nDONE\r\nb NOOP\r\n",
      ["command a seq IDLE <>", "line <DONE>", "command b seq NOOP <>"],
    ],
    [
      "an empty response to AUTHENTICATE",
      "a AUTHENTICATE PLAIN\r\n\r\n",
      ["command a seq AUTHENTICATE <PLAIN>", "line <>"],
    ],
    ["a tag of odd but allowed characters", "A.1-#]! NOOP\r\n", ["command A.1-#]! seq NOOP <>"]],
    ["what follows a name and a space", "a NOOP \r\n", ["command a seq NOOP <>"]],
  ];
  for (const [what, input, seen] of cases) test(`reads ${what}`, () => assert.deepEqual(drive([input]), seen));
});

suite("heads that are wrong", () => {
  const cases: readonly (readonly [string, string, Seen])[] = [
    ["a tag *", "* NOOP\r\n", "fault * - Invalid tag go-on"],
    ["a tag with +", "a+ NOOP\r\n", "fault * - Invalid tag go-on"],
    ["a tag alone", "a1\r\n", "fault a1 - Command missing go-on"],
    ["a tag and a space", "a1 \r\n", "fault a1 - Command missing go-on"],
    ["two spaces", "a1  NOOP\r\n", "fault a1 - Invalid command name go-on"],
    ["a space first", " NOOP\r\n", "fault * - Invalid tag go-on"],
    ["a tag of 1 KiB", `${"t".repeat(1024)} NOOP\r\n`, "fault * - Invalid tag go-on"],
    ["a name of 1 KiB", `a ${"N".repeat(1024)}\r\n`, "fault a - Invalid command name go-on"],
    ["UID alone", "a UID\r\n", "fault a - Invalid command name go-on"],
    ["8-bit octets", "\xe9 NOOP\r\n", "fault * - Invalid tag go-on"],
    ["a request of HTTP", "GET / HTTP/1.1\r\nHost: x\r\n", "fault * - This is an IMAP server close"],
    ["a TLS handshake", "\x16\x03\x01\x02\x00", "fault * - This port does not begin with TLS close"],
  ];
  for (const [what, input, seen] of cases) {
    test(`answers ${what}`, () => assert.deepEqual(drive([input]), [seen]));
  }

  test("a password may end in HTTP/1.1", () => {
    assert.deepEqual(drive(["a LOGIN joe HTTP/1.1\r\n"]), ["command a seq LOGIN <joe HTTP/1.1>"]);
  });
});

suite("literals", () => {
  test("a synchronizing literal is offered with what stands before it, then stands in place", () => {
    assert.deepEqual(drive(["A001 LOGIN {11}\r\n", "FRED FOOBAR {7}\r\n", "fat man\r\n"]), [
      "literal A001 LOGIN <> literal 11 when-asked",
      "literal A001 LOGIN <{11}\r\nFRED FOOBAR > literal 7 when-asked",
      "command A001 seq LOGIN <{11}\r\nFRED FOOBAR {7}\r\nfat man>",
    ]);
  });

  test("a non-synchronizing literal is not offered", () => {
    assert.deepEqual(drive(["A001 LOGIN {11+}\r\nFRED FOOBAR {7+}\r\nfat man\r\n"]), [
      "command A001 seq LOGIN <{11+}\r\nFRED FOOBAR {7+}\r\nfat man>",
    ]);
  });

  test("a literal may hold line ends and announcements", () => {
    assert.deepEqual(drive(["a SEARCH BODY {10+}\r\nx {3+}\r\n\r\n\r\n"]), [
      "command a seq SEARCH <BODY {10+}\r\nx {3+}\r\n\r\n>",
    ]);
  });

  test("the message of APPEND is streamed, its mailbox name is not", () => {
    assert.deepEqual(drive(["a APPEND {5+}\r\nDra\r\n (\\Seen) {6}\r\nhi\r\n\r\n\r\n"]), [
      "literal a APPEND <{5+}\r\nDra\r\n (\\Seen) > literal 6 when-asked",
      "message hi\r\n\r\n",
      "command a seq APPEND <>",
    ]);
  });

  test("the message of REPLACE is streamed, its mailbox name is not", () => {
    assert.deepEqual(drive(["a UID REPLACE 7 {5+}\r\nDra\r\n {6}\r\nhi\r\n\r\n\r\n"]), [
      "literal a REPLACE <7 {5+}\r\nDra\r\n > literal 6 when-asked",
      "message hi\r\n\r\n",
      "command a uid REPLACE <>",
    ]);
  });

  test("several messages of one APPEND are offered one after the other", () => {
    assert.deepEqual(drive(["a APPEND Sent {2+}\r\nhi (\\Seen) ~{3+}\r\nx\0y UTF8 (~{1+}\r\nz)\r\nb NOOP\r\n"]), [
      "literal a APPEND <Sent > literal 2 at-once",
      "message hi",
      "literal a APPEND < (\\Seen) > literal8 3 at-once",
      "message x\0y",
      "literal a APPEND < UTF8 (> literal8 1 at-once",
      "message z",
      "command a seq APPEND <)>",
      "command b seq NOOP <>",
    ]);
  });

  test("an empty message is one piece", () => {
    assert.deepEqual(drive(["a APPEND Sent {0}\r\n\r\n"]), [
      "literal a APPEND <Sent > literal 0 when-asked",
      "message ",
      "command a seq APPEND <>",
    ]);
  });

  test("a large message goes by without being gathered", () => {
    const reader = new CommandReader(limitsAfterLogin);
    reader.push(latin1("a APPEND Sent {1000000000}\r\n"));
    assert.equal(reader.next()?.kind, "literal");
    reader.acceptLiteral("stream");
    const chunk = new Uint8Array(65_536);
    for (let round = 0; round < 1_000; round++) {
      reader.push(chunk);
      const event = reader.next();
      assert.ok(event?.kind === "piece" && event.bytes.buffer === chunk.buffer, "a piece is a view of the chunk");
      assert.equal(reader.unreadBytes, 0);
    }
  });

  test("octets that were not asked for wait", () => {
    const reader = new CommandReader(limitsAfterLogin);
    reader.push(latin1("a APPEND Sent {4+}\r\nabcd\r\nb NOOP\r\n"));
    reader.next();
    assert.throws(() => reader.next(), /neither accepted nor abandoned/);
    assert.equal(reader.unreadBytes, 40 - 6);
  });
});

suite("abandoned commands", () => {
  const abandons = (): boolean => true;

  test("a client that waits to be asked begins anew", () => {
    assert.deepEqual(drive(["a APPEND Nowhere {50000000}\r\n", "b NOOP\r\n"], { abandons }), [
      "literal a APPEND <Nowhere > literal 50000000 when-asked",
      "abandoned",
      "command b seq NOOP <>",
    ]);
  });

  test("a message that comes unasked is skipped with the rest of its command", () => {
    assert.deepEqual(
      drive(["a APPEND Nowhere {9+}\r\n1 NOOP\r\n\r {4+}\r\n\r\n\r\n {3}\r\n", "b NOOP\r\n"], { abandons }),
      ["literal a APPEND <Nowhere > literal 9 at-once", "abandoned", "command b seq NOOP <>"],
    );
  });

  test("a message can be given up in the middle", () => {
    const reader = new CommandReader(limitsAfterLogin);
    reader.push(latin1("a APPEND Sent {10}\r\n"));
    reader.next();
    reader.acceptLiteral("stream");
    reader.push(latin1("01234"));
    assert.equal(reader.next()?.kind, "piece");
    reader.abandon();
    reader.push(latin1("56789 (\\Seen) {5+}\r\nabcde\r\nb NOOP\r\n"));
    const event = reader.next();
    assert.ok(event?.kind === "command" && event.head.tag === "b");
  });

  test("a command can be given up between two messages", () => {
    const reader = new CommandReader(limitsAfterLogin);
    reader.push(latin1("a APPEND Sent {1+}\r\n0 (bad {5+}\r\nabcde\r\nb NOOP\r\n"));
    reader.next();
    reader.acceptLiteral("stream");
    assert.equal(reader.next()?.kind, "piece");
    reader.abandon();
    const event = reader.next();
    assert.ok(event?.kind === "command" && event.head.tag === "b");
  });

  test("an endless message that comes unasked ends the connection", () => {
    assert.deepEqual(drive(["a APPEND Nowhere {9223372036854775807+}\r\nxxx"], { abandons }).slice(2), [
      "fault * - Literal too large close",
    ]);
  });

  test("giving up when nothing is being read changes nothing", () => {
    const reader = new CommandReader(limitsAfterLogin);
    reader.push(latin1("a NOOP\r\nb NOOP\r\n"));
    reader.next();
    reader.abandon();
    const event = reader.next();
    assert.ok(event?.kind === "command" && event.head.tag === "b");
  });
});

suite("hostile input", () => {
  for (const size of ["4294967295", "18446744073709551615", "99999999999999999999"]) {
    test(`{${size}} before login is refused without asking for it`, () => {
      const seen = drive([`A LOGIN {${size}}\r\n`, "B NOOP\r\n"], { limits: limitsBeforeLogin });
      assert.deepEqual(seen, ["fault A TOOBIG Literal too large go-on", "command B seq NOOP <>"]);
    });
  }

  for (const size of ["-1", "0x10", "", " 5", "5 ", "+", "5++"]) {
    test(`{${size}} is no announcement of a literal`, () => {
      assert.deepEqual(drive([`A LOGIN {${size}}\r\n`]), [`command A seq LOGIN <{${size}}>`]);
    });
  }

  test("a large literal that comes unasked before login ends the connection", () => {
    const seen = drive(["A LOGIN {1000000000+}\r\n", "x".repeat(100), "B NOOP\r\n"], { limits: limitsBeforeLogin });
    assert.deepEqual(seen, ["fault * - Literal too large close"]);
  });

  test("a literal over the limit that comes unasked after login is skipped, and its command with it", () => {
    const seen = drive(["A SEARCH BODY {70000+}\r\n", "x".repeat(70_000), " {5+}\r\nabcde SEEN\r\nB NOOP\r\n"]);
    assert.deepEqual(seen, ["fault A TOOBIG Literal too large go-on", "command B seq NOOP <>"]);
  });

  test("many literals stop at their sum", () => {
    const literal = `{1024+}\r\n${"x".repeat(1024)} `;
    const seen = drive([`A SEARCH OR ${literal.repeat(600)}SEEN\r\n`, "B NOOP\r\n"]);
    assert.deepEqual(seen, ["fault A TOOBIG Literal too large go-on", "command B seq NOOP <>"]);
  });

  for (const [when, limits, bytes] of [
    ["before login", limitsBeforeLogin, 8_192],
    ["after login", limitsAfterLogin, 65_536],
  ] as const) {
    test(`a line of ${bytes} octets is read ${when}, a longer one refused`, () => {
      const fits = `A SEARCH ${"x".repeat(bytes - 9)}`;
      assert.deepEqual(drive([`${fits}\r\n`], { limits }), [`command A seq SEARCH <${fits.slice(9)}>`]);
      assert.deepEqual(drive([`${fits}x\r\nB NOOP\r\n`], { limits }), [
        "fault A TOOBIG Command too long go-on",
        "command B seq NOOP <>",
      ]);
    });

    test(`a line without an end is refused at the limit and closed at the bound ${when}`, () => {
      const reader = new CommandReader(limits);
      const seen: CommandEvent[] = [];
      reader.push(latin1('A SEARCH FROM "'));
      for (let sent = 0; sent < 8 * 1024 * 1024; sent += 4_096) {
        reader.push(latin1('A\\"('.repeat(1_024)));
        for (let event = reader.next(); event !== undefined; event = reader.next()) seen.push(event);
        assert.ok(reader.unreadBytes <= bytes + 4_096, "what is refused is not kept");
      }
      assert.deepEqual(
        seen.map((event) => event.kind === "fault" && [event.tag, event.after]),
        [
          ["A", "go-on"],
          [null, "close"],
        ],
      );
    });
  }

  test("the lines of one command count together", () => {
    const part = `${"x".repeat(30_000)} {1+}\r\n1 `;
    assert.deepEqual(drive([`A SEARCH ${part.repeat(3)}\r\nB NOOP\r\n`]), [
      "fault A TOOBIG Command too long go-on",
      "command B seq NOOP <>",
    ]);
  });

  test("a literal announced by a line that is too long is skipped with it", () => {
    const seen = drive([`A SEARCH ${"x".repeat(70_000)} {8+}\r\nC NOOP\r\n SEEN\r\nB NOOP\r\n`]);
    assert.deepEqual(seen, ["fault A TOOBIG Command too long go-on", "command B seq NOOP <>"]);
  });

  test("a literal announced by a line without a tag is skipped with it", () => {
    assert.deepEqual(drive(["(( {8+}\r\nC NOOP\r\n SEEN\r\nB NOOP\r\n"]), [
      "fault * - Invalid tag go-on",
      "command B seq NOOP <>",
    ]);
  });

  test("a bare LF ends no line, so that nothing after it runs", () => {
    assert.deepEqual(drive(['A SEARCH SUBJECT "x\nB DELETE INBOX\nC NOOP"\r\nD NOOP\r\n']), [
      "fault A - Lines end with CR LF go-on",
      "command D seq NOOP <>",
    ]);
  });

  test("a raw line that is too long is refused and skipped", () => {
    assert.deepEqual(drive(["a AUTHENTICATE PLAIN\r\n", "A".repeat(500), "\r\nb NOOP\r\n"]), [
      "command a seq AUTHENTICATE <PLAIN>",
      "fault * TOOBIG Line too long go-on",
      "command b seq NOOP <>",
    ]);
  });

  test("what came behind STARTTLS can be taken away", () => {
    const reader = new CommandReader(limitsBeforeLogin);
    reader.push(latin1("A STARTTLS\r\nB NOOP\r\nC LOG"));
    reader.next();
    assert.equal(text(reader.takeUnread()), "B NOOP\r\nC LOG");
    reader.push(latin1("D NOOP\r\n"));
    const event = reader.next();
    assert.ok(event?.kind === "command" && event.head.tag === "D");
  });
});

suite("cuts", () => {
  const dialogue = [
    "a1 LOGIN {3+}\r\njoe {4}\r\npass\r\n",
    "\r\na2 AUTHENTICATE PLAIN\r\nAGpvZQBwYXNz\r\n",
    "a3 APPEND {5}\r\nINBOX (\\Seen) {11+}\r\nSubject: x\r\n\r {3}\r\nabc\r\n",
    "a4 NOOP\nA5 NOOP\r\n* BAD\r\n",
    "a6 SEARCH CHARSET UTF-8 TEXT {70000+}\r\n",
    "y".repeat(70_000),
    " SEEN\r\na7 IDLE\r\nDONE\r\n",
    `a8 UID FETCH ${"1,".repeat(33_000)}1 FLAGS {2+}\r\n\r\n\r\n`,
    "a9 LOGOUT\r\n",
  ].join("");
  const whole = drive([dialogue]);

  test("the dialogue has one of everything", () => {
    const kinds = new Set(whole.map((line) => line.split(" ")[0]));
    assert.deepEqual(kinds, new Set(["command", "fault", "line", "literal", "message"]));
    assert.equal(whole.at(-1), "command a9 seq LOGOUT <>");
  });

  test("octet by octet gives the same events", () => {
    assert.deepEqual(drive(Array.from(dialogue)), whole);
  });

  test("any cut gives the same events", () => {
    const bytes = latin1(dialogue);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 20 }), (cuts) => {
        const ends = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        assert.deepEqual(drive(ends.slice(1).map((end, at) => bytes.slice(ends[at], end))), whole);
      }),
      { numRuns: 60 },
    );
  });

  test("random octets never throw and give the same events however they are cut", () => {
    const shred = fc.array(
      fc.oneof(
        fc.constantFrom(
          "a1 NOOP",
          "\r\n",
          "\n",
          "\r",
          " ",
          "{3+}\r\n",
          "{2}\r\n",
          "~{1+}\r\n",
          "b APPEND x ",
          "c IDLE\r\n",
          "(",
          '"',
          "{",
        ),
        fc.string({ minLength: 1, maxLength: 4, unit: "binary-ascii" }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(shred, fc.integer({ min: 1, max: 5 }), (parts, step) => {
        const bytes = concatBytes(parts.map(latin1));
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.slice(at, at + step));
        const abandons = (args: string): boolean => args.length % 2 === 1;
        assert.deepEqual(drive(pieces, { abandons }), drive([bytes], { abandons }));
      }),
      { numRuns: 2_000 },
    );
  });
});
