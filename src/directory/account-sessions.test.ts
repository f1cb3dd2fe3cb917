// Sessions are counted over all protocols, and ended together.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asAccountId } from "../model/ids.ts";
import { AccountSessions } from "./account-sessions.ts";

const asha = asAccountId("00000000000000aa");
const bimal = asAccountId("00000000000000bb");

test("an account has as many sessions as it may, and room again when one ends", () => {
  const sessions = new AccountSessions(2);
  const end = (): void => undefined;
  const first = sessions.enter(asha, end);
  sessions.enter(asha, end);
  assert.throws(() => sessions.enter(asha, end), /limit-reached/);
  sessions.enter(bimal, end);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.equal(sessions.count(asha), 1);
  sessions.enter(asha, end);
  assert.throws(() => sessions.enter(asha, end), /limit-reached/);
});

test("ending an account's sessions tells each of them why, and nobody else", () => {
  const sessions = new AccountSessions(5);
  const told: string[] = [];
  for (const name of ["imap", "pop3"]) sessions.enter(asha, (text) => told.push(`${name}: ${text}`));
  sessions.enter(bimal, () => told.push("bimal"));
  sessions.end(asha, "the password has been changed");
  assert.deepEqual(told, ["imap: the password has been changed", "pop3: the password has been changed"]);
  sessions.end(asAccountId("00000000000000cc"), "the account has been removed");
});
