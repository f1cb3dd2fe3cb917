// The structure parser against written models, any cutting of its input, and shapes that break parsers.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { latin1 } from "../base/bytes.ts";
import { headerBytesMax, mimeDepthMax, mimePartsMax } from "../base/limits.ts";
import type { Part } from "./part.ts";
import { parseStructure, StructureParser } from "./structure-parser.ts";

/** A message written with `\n`, sent with CRLF. */
function message(text: string): Uint8Array {
  return latin1(text.replaceAll("\n", "\r\n"));
}

/** The tree in brief: the media type, the body in quotes and the children. */
function outline(bytes: Uint8Array, part: Part = parseStructure(bytes)): unknown {
  const body = new TextDecoder().decode(bytes.subarray(part.bodyStart, part.bodyEnd));
  if (part.children.length === 0) return [part.mediaType, body];
  return [part.mediaType, ...part.children.map((child) => outline(bytes, child))];
}

function parseCut(bytes: Uint8Array, cuts: readonly number[]): Part {
  const parser = new StructureParser();
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    // A chunk's memory belongs to whoever sent it: the parser must not look at it again.
    const chunk = bytes.slice(from, cut);
    parser.push(chunk);
    chunk.fill(0x58);
    from = cut;
  }
  return parser.finish();
}

/** Message text out of pieces that matter to the parser, in any order. */
const pieces = [
  "\r\n",
  "\n",
  "\r",
  "\r\n\r\n",
  "--",
  "--a",
  "--a--",
  "--ab",
  "--b--",
  "--\r\n",
  "-",
  " ",
  "x",
  "Subject: x\r\n",
  "a: b\n",
  "Content-Type: multipart/mixed; boundary=a\r\n\r\n",
  "Content-Type: multipart/digest;\r\n boundary=ab\n\n",
  'Content-Type: multipart/mixed; boundary=""\n\n',
  "Content-Type: message/rfc822\r\n\r\n",
  "\r\n--a\r\n",
  "\n--ab\n",
  "\r\n--a--\r\n",
];
const anyMessage = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((list) => latin1(list.join("")));

interface Model {
  readonly type: "leaf" | "multipart" | "message";
  readonly text: string;
  readonly children: readonly Model[];
}

const anyModel: fc.Arbitrary<Model> = fc.letrec<{ model: Model }>((tie) => ({
  model: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      type: fc.constant("leaf" as const),
      text: fc.stringMatching(/^(?:[a-z -]{0,9}\n){0,3}[a-z]{0,3}$/),
      children: fc.constant([]),
    }),
    fc.record({
      type: fc.constant("multipart" as const),
      text: fc.stringMatching(/^[a-z]{0,9}$/),
      children: fc.array(tie("model"), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      type: fc.constant("message" as const),
      text: fc.constant(""),
      children: fc.array(tie("model"), { minLength: 1, maxLength: 1 }),
    }),
  ),
})).model;

/** Writes a model and says where each part must lie. */
function write(model: Model, start: number, path: string): { text: string; expected: unknown } {
  const header = {
    leaf: "Content-Type: text/x\r\n\r\n",
    message: "Content-Type: message/rfc822\r\n\r\n",
    multipart: `Content-Type: multipart/x; boundary="b${path}b"\r\n\r\n`,
  }[model.type];
  const bodyStart = start + header.length;
  let body = model.text.replaceAll("\n", "\r\n");
  const children: unknown[] = [];
  for (const [at, child] of model.children.entries()) {
    // RFC 2046 5.1.1: the line end before a delimiter belongs to it; the preamble's is written here.
    if (model.type === "multipart") body += `\r\n--b${path}b\r\n`;
    const written = write(child, bodyStart + body.length, `${path}.${at}`);
    body += written.text;
    children.push(written.expected);
  }
  if (model.type === "multipart") body += `\r\n--b${path}b--`;
  const lines = body.split("\n").length - 1;
  return { text: header + body, expected: [start, bodyStart, bodyStart + body.length, lines, children] };
}

function places(part: Part): unknown {
  return [part.headerStart, part.bodyStart, part.bodyEnd, part.bodyLines, part.children.map(places)];
}

function checkNested(part: Part, start: number, end: number): void {
  assert.ok(start <= part.headerStart && part.headerStart <= part.bodyStart, "a header lies in its part");
  assert.ok(part.bodyStart <= part.bodyEnd && part.bodyEnd <= end, "a body lies in its part");
  let from = part.bodyStart;
  for (const child of part.children) {
    checkNested(child, from, part.bodyEnd);
    from = child.bodyEnd;
  }
}

suite("the structure of a message", () => {
  test("a message that is not MIME has a text body", () => {
    const bytes = message("From: a@b\nSubject: x\n\none\ntwo\n");
    const root = parseStructure(bytes);
    assert.deepEqual(outline(bytes), ["text/plain", "one\r\ntwo\r\n"]);
    assert.deepEqual(places(root), [0, 25, 35, 2, []]);
  });

  test("the line end before a delimiter belongs to the delimiter", () => {
    const bytes = message(
      "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none\n\n--b\nContent-Type: text/html\n\ntwo\n--b--\nepilogue\n",
    );
    assert.deepEqual(outline(bytes), ["multipart/mixed", ["text/plain", "one\r\n"], ["text/html", "two"]]);
  });

  test("a delimiter that cuts a header short closes one multipart, not its namesake outside too", () => {
    const bytes = message(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n--b--\nx\n--b--\n",
    );
    assert.deepEqual(outline(bytes), ["multipart/mixed", ["multipart/mixed", ["text/plain", ""]]]);
    checkNested(parseStructure(bytes), 0, bytes.length);
  });

  test("an embedded message is the one child of its part", () => {
    const bytes = message("Content-Type: message/rfc822\n\nSubject: inner\nContent-Type: text/html\n\nhello\n");
    assert.deepEqual(outline(bytes), ["message/rfc822", ["text/html", "hello\r\n"]]);
    assert.equal(parseStructure(bytes).children[0]?.headerStart, parseStructure(bytes).bodyStart);
    assert.match(new TextDecoder().decode(parseStructure(bytes).children[0]?.envelope ?? undefined), /"inner"/);
  });

  test("a part of a digest is a message unless it says otherwise", () => {
    const bytes = message(
      "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: s\n\nhi\n--b\nContent-Type: text/plain\n\nx\n--b--\n",
    );
    assert.deepEqual(outline(bytes), [
      "multipart/digest",
      ["message/rfc822", ["text/plain", "hi"]],
      ["text/plain", "x"],
    ]);
  });

  test("a delimiter of an outer multipart ends all inner ones", () => {
    const bytes = message(
      "Content-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: multipart/alternative; boundary=inner\n\n--inner\n\none\n--outer\n\ntwo\n--outer--\n",
    );
    assert.deepEqual(outline(bytes), [
      "multipart/mixed",
      ["multipart/alternative", ["text/plain", "one"]],
      ["text/plain", "two"],
    ]);
  });

  test("a boundary that begins like another is told apart from it", () => {
    const bytes = message(
      "Content-Type: multipart/mixed; boundary=ab\n\n--ab\nContent-Type: multipart/mixed; boundary=abc\n\n--abc\n\nA\n--abc--\n--ab--\n",
    );
    assert.deepEqual(outline(bytes), ["multipart/mixed", ["multipart/mixed", ["text/plain", "A"]]]);
  });

  test("a child that uses its parent's boundary takes the delimiters", () => {
    const bytes = message(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nA\n--b--\n--b--\n",
    );
    assert.deepEqual(outline(bytes), ["multipart/mixed", ["multipart/mixed", ["text/plain", "A"]]]);
  });

  test("a delimiter within a header ends the part without its last line end", () => {
    const bytes = message(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n--b\n\nx\n--b--\n",
    );
    const [first] = parseStructure(bytes).children;
    assert.deepEqual(outline(bytes), ["multipart/mixed", ["text/html", ""], ["text/plain", "x"]]);
    assert.equal(first?.bodyStart, (first?.headerStart ?? 0) + "Content-Type: text/html".length);
  });

  test("text after a boundary on its line does not hide it", () => {
    const bytes = message("Content-Type: multipart/mixed; boundary=b\n\n--b  \n\none\n--bother\n\ntwo\n--b-- x\n");
    assert.deepEqual(outline(bytes), ["multipart/mixed", ["text/plain", "one"], ["text/plain", "two"]]);
  });

  test("a boundary of 300 characters is compared whole", () => {
    const long = "q".repeat(300);
    const bytes = message(
      `Content-Type: multipart/mixed; boundary=${long}\n\n--${long.slice(1)}\n--${long}\n\nx\n--${long}--\nend\n`,
    );
    assert.deepEqual(outline(bytes), ["multipart/mixed", ["text/plain", "x"]]);
  });

  test("an unterminated multipart ends with the message", () => {
    const bytes = message("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n");
    assert.deepEqual(outline(bytes), ["multipart/mixed", ["text/plain", "one\r\n"]]);
  });

  for (const [name, bytes] of [
    ["no bytes", ""],
    ["one line end", "\r\n"],
    ["no blank line", "Subject: x"],
    ["only a body", "\r\nbody"],
  ] as const) {
    test(`a message with ${name} has a root part`, () => {
      const root = parseStructure(latin1(bytes));
      assert.equal(root.bodyEnd, bytes.length);
      assert.equal(root.mediaType, "text/plain");
    });
  }

  test("a bare LF ends lines as CRLF does, in any mixture", () => {
    const text =
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\none\n--b\n\ntwo\n--b--\n";
    const shape = ["multipart/mixed", ["text/html", "one"], ["text/plain", "two"]];
    assert.deepEqual(outline(latin1(text)), shape);
    for (let mask = 0; mask < 512; mask++) {
      let line = 0;
      assert.deepEqual(
        outline(latin1(text.replaceAll("\n", () => ((mask >> (line++ % 9)) & 1 ? "\r\n" : "\n")))),
        shape,
      );
    }
  });

  test("nesting beyond the limit stays opaque", () => {
    const nested = Array.from(
      { length: 20_000 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
    ).join("");
    let depth = 0;
    for (let part: Part | undefined = parseStructure(message(nested)); part !== undefined; part = part.children[0])
      depth++;
    assert.equal(depth, mimeDepthMax);
  });

  test("parts beyond the limit stay in the last one", () => {
    const bytes = message(
      `Content-Type: multipart/mixed; boundary=b\n\n${"--b\n\nx\n".repeat(mimePartsMax + 50)}--b--\n`,
    );
    const { children } = parseStructure(bytes);
    assert.equal(children.length, mimePartsMax - 1);
    assert.ok((children.at(-1)?.bodyEnd ?? 0) === bytes.length);
  });

  test("header bytes beyond the limit are passed over, and the body still begins where it does", () => {
    const header = `Content-Type: text/html\r\nX-Long: ${"y".repeat(headerBytesMax)}\r\nContent-Location: z\r\n\r\n`;
    const root = parseStructure(latin1(`${header}body`));
    assert.equal(root.bodyStart, header.length);
    assert.equal(root.mediaType, "text/html");
    assert.equal(root.content.location, null);
  });

  test("Content fields without MIME-Version or Content-Type mean nothing in a message", () => {
    assert.equal(parseStructure(message("Content-Transfer-Encoding: base64\n\nx")).content.encoding, null);
    assert.equal(
      parseStructure(message("MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\nx")).content.encoding,
      "base64",
    );
  });

  test("the parts of any well-formed message lie where they were written", () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        const { text, expected } = write(model, 0, "");
        assert.deepEqual(places(parseStructure(latin1(text))), expected);
      }),
      { numRuns: 300 },
    );
  });

  test("any way of cutting any message gives the same structure, and parts lie within each other", () => {
    fc.assert(
      fc.property(anyMessage, fc.array(fc.nat(400), { maxLength: 6 }), (bytes, positions) => {
        const whole = parseStructure(bytes);
        checkNested(whole, 0, bytes.length);
        assert.deepEqual(parseCut(bytes, Array.from(bytes.keys())), whole);
        const cuts = positions.map((at) => Math.min(at, bytes.length)).sort((one, other) => one - other);
        assert.deepEqual(parseCut(bytes, cuts), whole);
      }),
      { numRuns: 1_000 },
    );
  });
});
