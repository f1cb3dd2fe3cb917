// Where each key of a TOML document stands.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parse } from "smol-toml";
import { tomlLines } from "./toml-lines.ts";

const document = `# first line
hostname = "mail.example.org" # not = here
"quoted key" = 1
a.b.'c' = [ # an array
  "[x]", # x = 1
  '''
y = 2
''',
]
text = """
[no.table]
z = 3\\"""
""""

[ listeners . imap ]   # a comment
enabled = true
  port = { wrong = [1,
    2] }

[[tls.others]]
key = "a"
[[tls.others]]

key = "b"
[tls.others.deep]
x = 1
[last]
end = 1979-05-27T07:32:00Z`;

suite("the line of", () => {
  for (const [path, line] of [
    [["hostname"], 2],
    [["quoted key"], 3],
    [["a"], 4],
    [["a", "b", "c"], 4],
    [["a", "b", "c", 1], 4],
    [["text"], 10],
    [["listeners"], 15],
    [["listeners", "imap"], 15],
    [["listeners", "imap", "enabled"], 16],
    [["listeners", "imap", "port"], 17],
    [["listeners", "imap", "port", "wrong"], 17],
    [["listeners", "imap", "absent"], 15],
    [["tls", "others", 0, "key"], 21],
    [["tls", "others", 1], 22],
    [["tls", "others", 1, "key"], 24],
    [["tls", "others", 1, "deep", "x"], 26],
    [["last", "end"], 28],
    [["absent"], undefined],
    [["no", "table"], undefined],
  ] as const) {
    test(`${path.join(".")} is ${line ?? "unknown"}`, () => assert.equal(tomlLines(document)(path), line));
  }

  test("the same key after CRLF line ends", () => {
    assert.equal(tomlLines(document.replaceAll("\n", "\r\n"))(["last", "end"]), 28);
  });
});

test("the document of this test is TOML", () => {
  assert.deepEqual(Object.keys(parse(document)), ["hostname", "quoted key", "a", "text", "listeners", "tls", "last"]);
});

test("an empty document has no lines", () => assert.equal(tomlLines("")(["x"]), undefined));
