// Pages that are written from the source say what the source says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { generatedPages } from "../tools/generated-pages.ts";
import { readText } from "./support/source-tree.ts";

for (const [path, text] of Object.entries(generatedPages)) {
  test(`${path} is what the source makes of it`, () => {
    assert.equal(readText(path), text(), "npm run generate");
  });
}
