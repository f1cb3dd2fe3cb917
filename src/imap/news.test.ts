// News that is told while more comes.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { News, OpenMailbox } from "../mailbox/open-mailbox.ts";
import { noFlags } from "../model/flags.ts";
import { asContentId, asModSeq, asUid } from "../model/ids.ts";
import { Features } from "./features.ts";
import { tellNews } from "./news.ts";
import type { Selected } from "./session.ts";
import { Writer } from "./wire/writer.ts";

test("news is of the moment in which it is taken, whatever comes while it is told", () => {
  let [modSeq, changed] = [5, false];
  const news: News = {
    expunged: [],
    exists: null,
    flagged: [1, 2].map((number) => ({ uid: asUid(number), seq: number })),
  };
  const mailbox: Partial<OpenMailbox> = {
    hasNews: true,
    exists: 2,
    owner: null,
    isRecent: () => false,
    takeNews: () => news,
    get highestModSeq() {
      return asModSeq(modSeq);
    },
    facts: (uid) => ({
      uid: asUid(uid),
      flags: noFlags,
      modSeq: asModSeq(changed && uid === 2 ? 6 : 5),
      size: 1,
      content: asContentId(1),
      internalDateMs: 0,
    }),
  };
  const features = new Features();
  features.enable("CONDSTORE");
  const session = { mailbox, features, toldFlags: { tell: () => undefined } } as unknown as Selected;
  const out = new Writer();
  const telling = tellNews(session, { expunges: "tell", flags: "told" }, out);
  telling.next();
  [modSeq, changed] = [6, true];
  for (const _ of telling);
  const told = ["* 1 FETCH (UID 1 FLAGS () MODSEQ (5))\r\n", "* 2 FETCH (UID 2 FLAGS () MODSEQ (5))\r\n"];
  assert.equal(new TextDecoder().decode(out.take()), told.join(""));
});
