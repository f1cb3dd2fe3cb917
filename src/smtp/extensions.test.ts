// What is offered stands in the documentation, with tests that are there.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readText, rootDir } from "../../test/support/source-tree.ts";
import { extensions } from "./extensions.ts";

const table = readText("docs/protocols/smtp.md").match(/\| extension \|[^]*?\n\n/)?.[0] ?? "";
const rows = table
  .trim()
  .split("\n")
  .slice(2)
  .map((row) => row.split("|").map((cell) => cell.trim()));

test("docs/protocols/smtp.md lists the extensions that are offered, in their order", () => {
  assert.deepEqual(
    rows.map(([, keyword]) => keyword),
    extensions.map(({ keyword }) => keyword),
  );
});

test("each extension is shown by a test that is there", () => {
  for (const [, keyword, , , shown = ""] of rows) {
    if (shown === "every transcript") continue;
    for (const name of shown.split(", ")) {
      const path = name.startsWith("`") ? name.slice(1, -1) : `test/transcripts/${name}.txt`;
      assert.ok(existsSync(join(rootDir, path)), `${keyword}: ${path}`);
    }
  }
});
