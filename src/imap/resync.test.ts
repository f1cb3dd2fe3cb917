// What a client that comes back has missed, while more goes.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import { asModSeq, type ModSeq } from "../model/ids.ts";
import { type UidSet, uidSet } from "../model/uid-set.ts";
import { readVanished } from "./resync.ts";
import type { QresyncArgs } from "./wire/select-args.ts";

test("what vanishes while a returning client's losses are read is among them", async () => {
  const losses: readonly UidSet[] = [uidSet([[1, 1]]), uidSet([[1, 2]])];
  let [reads, modSeq] = [0, 5];
  const mailbox: Partial<OpenMailbox> = {
    get highestModSeq(): ModSeq {
      return asModSeq(modSeq);
    },
    vanishedSince: async () => {
      // The first time a message goes meanwhile.
      if (reads === 0) modSeq = 6;
      return losses[reads++] ?? uidSet([]);
    },
  };
  const kept = { modSeq: asModSeq(3) } as QresyncArgs;
  assert.deepEqual((await readVanished(mailbox as OpenMailbox, kept)).ranges, [[1, 2]]);
  assert.equal(reads, 2);
});
