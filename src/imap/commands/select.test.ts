// SELECT of a mailbox that goes away meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../base/bytes.ts";
import type { OpenMailbox } from "../../mailbox/open-mailbox.ts";
import { type Dialogue, drive } from "../command.ts";
import { Features } from "../features.ts";
import type { Authenticated } from "../session.ts";
import { ArgumentReader } from "../wire/argument-reader.ts";
import { Writer } from "../wire/writer.ts";
import { select } from "./select.ts";

test("a mailbox that is deleted while it is being opened is not selected", async () => {
  let left = 0;
  const gone: Partial<OpenMailbox> = { [Symbol.dispose]: () => void left++ };
  const mail = { find: async () => ({ id: 1 }), open: async () => gone };
  const session = { state: "authenticated", features: new Features(), mail } as unknown as Authenticated;
  const args = new ArgumentReader(utf8("Box"), { names: "utf-8", nestingMax: 1 });
  const dialogue = { out: new Writer() } as unknown as Dialogue;
  const head = { tag: "a", name: "SELECT", numbering: "seq" } as const;
  const completion = await drive(select.start(session, head, args, dialogue), () => undefined);
  assert.equal(completion.code, "NONEXISTENT");
  assert.equal(completion.next?.kind, "become");
  assert.equal(left, 1);
});
