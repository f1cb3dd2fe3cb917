// Where a flush ends, in whatever pieces it comes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { FlushFinder } from "./flush-finder.ts";

const flushed = { finishFlush: constants.Z_SYNC_FLUSH };

for (const text of ["a", "a1 NOOP\r\n", "word ".repeat(500), Buffer.alloc(3_000, "\0\xff").toString("latin1")])
  test(`finds the end of a flush of ${text.length} octets, cut anywhere, and what is left of it`, () => {
    const flush = deflateRawSync(text, flushed);
    const all = Buffer.concat([flush, Buffer.from("next\r\n")]);
    for (let cut = 0; cut <= flush.length; cut++) {
      const finder = new FlushFinder();
      let at = 0;
      while (at < cut) at += finder.end(all.subarray(at, cut));
      if (cut === flush.length) assert.equal(finder.left(all.subarray(cut)), 0);
      // Its words may have been read whole by then.
      else if (cut >= flush.length - 4) assert.equal(finder.left(all.subarray(cut)), flush.length - cut);
      if (cut < flush.length) assert.notEqual(finder.end(all.subarray(cut)), all.length - cut);
    }
  });

test("waits while what comes may still be the end of a flush, and takes what cannot be for the next words", () => {
  const finder = new FlushFinder();
  finder.end(Buffer.from([1, 2, 3]));
  for (const octets of [[], [0], [0x20], [0x20, 0], [0x20, 0, 0, 0xff]] as const)
    assert.equal(finder.left(Buffer.from(octets)), "unknown");
  for (const text of ["a NOOP\r\n", "a ", "\r\n", "\xff "]) assert.equal(finder.left(Buffer.from(text, "latin1")), 0);
});
