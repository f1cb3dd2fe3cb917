// The code and the words that a client gets for a refusal.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../model/problem.ts";
import { english } from "./language/english.ts";
import { answerTo } from "./problem-codes.ts";

const told = (problem: Problem): string => {
  const { code, text } = answerTo(problem);
  return `[${code ?? ""}] ${text(english)}`;
};

for (const [problem, answer] of [
  [{ kind: "credentials-wrong" }, "[AUTH] Wrong user name or password"],
  [{ kind: "account-disabled" }, "[AUTH] This account is disabled"],
  [{ kind: "credentials-throttled", retryAfterMs: 2_001 }, "[SYS/TEMP] Too many failed logins; try again in 3 s"],
  [
    { kind: "limit-reached", what: "sessions" },
    "[IN-USE] Too many connections of this account; close one of them first",
  ],
  [{ kind: "store-unavailable" }, "[SYS/TEMP] The mailbox is not available; please try again later"],
  [{ kind: "disk-full" }, "[SYS/TEMP] The server's disk is full"],
  [{ kind: "data-damaged" }, "[SYS/PERM] This part of the mailbox is damaged on the server's disk"],
  [{ kind: "message-missing" }, "[] That message was deleted meanwhile"],
  [{ kind: "sasl-response-invalid" }, "[] That is no valid response"],
] as const) {
  test(`${problem.kind} is told as ${answer}`, () => {
    assert.equal(told(problem), answer);
  });
}
