// Previews (RFC 8970): what is read for them, what is too much for a client in haste, and that others have their turn.

import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../base/bytes.ts";
import { previewLazyBytesMax } from "../base/limits.ts";
import { parseStructure } from "../mime/structure-parser.ts";
import type { StoredBody } from "./open-mailbox.ts";
import { PreviewReader } from "./preview.ts";

function bodyOf(bytes: Uint8Array, size = bytes.length): StoredBody & { readonly read: [number, number][] } {
  const read: [number, number][] = [];
  return {
    size,
    read,
    slice: async (from, to) => {
      read.push([from, to]);
      return bytes.subarray(from, to);
    },
    chunks: async function* (from, to) {
      yield bytes.subarray(from, to);
    },
  };
}

test("a preview is read from the first part that has words", async () => {
  const empty = "--b\r\nContent-Type: text/plain\r\n\r\n \r\n";
  const bytes = utf8(
    `Content-Type: multipart/alternative; boundary=b\r\n\r\n${empty}--b\r\nContent-Type: text/html\r\n\r\n<p>words</p>\r\n${empty}--b--`,
  );
  const body = bodyOf(bytes);
  assert.equal(await new PreviewReader().read(body, parseStructure(bytes)), "words");
  assert.equal(body.read.length, 3, "the two parts of plain text come first");
});

test("what is large is nothing for a client in haste", () => {
  const previews = new PreviewReader();
  assert.ok(previews.isQuick(bodyOf(new Uint8Array(0), previewLazyBytesMax)));
  assert.ok(!previews.isQuick(bodyOf(new Uint8Array(0), previewLazyBytesMax + 1)));
});

test("others have a turn during a thousand previews", async () => {
  const bytes = utf8(`\r\n${"word ".repeat(1_000)}`);
  const previews = new PreviewReader();
  let turns = 0;
  let done = false;
  const others = (): void => {
    turns++;
    if (!done) setImmediate(others);
  };
  setImmediate(others);
  for (let count = 0; count < 1_000; count++) await previews.read(bodyOf(bytes), parseStructure(bytes));
  done = true;
  assert.ok(turns >= 20, `${turns} turns`);
});
