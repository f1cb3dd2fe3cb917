// docs/rfc-index.tsv lists the standards of mail and where this server stands on each: `yes` in full, `partly`, `no`, or
// `planned`. `where` is the folder under src/ that obeys it. The sources cite the RFC where they obey it, so both are held.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isTest, readText, rootDir, sourceFiles } from "./support/source-tree.ts";

const [head, ...rows] = readText("docs/rfc-index.tsv").trimEnd().split("\n");
const index = rows.map((row) => {
  const [number = "", title = "", status = "", where = ""] = row.split("\t");
  return { number: Number(number), title, status, where };
});
const statuses = ["yes", "partly", "no", "planned"];

const citations = new Map<number, string>();
for (const { path, text } of sourceFiles("src/**/*.ts").filter(({ path }) => !isTest(path)))
  for (const [, number] of text.matchAll(/\bRFCs? ?(\d{3,5})\b/g)) citations.set(Number(number), path);

test("the index is a table in order, one line an RFC", () => {
  assert.equal(head, "rfc\ttitle\tstatus\twhere");
  const numbers = index.map(({ number }) => number);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].toSorted((a, b) => a - b),
  );
  assert.deepEqual(
    index.filter(({ title, status }) => title === "" || !statuses.includes(status)),
    [],
    `a line is number, title, one of ${statuses.join(", ")}, folder`,
  );
});

test("each RFC that the sources cite is in the index", () => {
  const unknown = [...citations].filter(([cited]) => !index.some(({ number }) => number === cited));
  assert.deepEqual(unknown, [], "add a line to docs/rfc-index.tsv");
});

test("each RFC that is obeyed is cited where it is obeyed, and lives in a folder that exists", () => {
  const claimed = index.filter(({ status }) => status === "yes" || status === "partly");
  assert.deepEqual(
    claimed.filter(({ number }) => !citations.has(number)).map(({ number }) => number),
    [],
    "cite the RFC and section where the code obeys it, or say `planned` or `no` in docs/rfc-index.tsv",
  );
  assert.deepEqual(
    claimed.filter(({ where }) => where === "" || !existsSync(join(rootDir, "src", where))).map(({ number }) => number),
    [],
    "`where` is a folder under src/",
  );
});
