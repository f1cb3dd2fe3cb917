// The status and code that a client gets for a refusal.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../model/problem.ts";
import { completionOf } from "./problem-codes.ts";

for (const [problem, told] of [
  [{ kind: "mailbox-missing" }, "NO NONEXISTENT"],
  [{ kind: "destination-missing" }, "NO TRYCREATE"],
  [{ kind: "mailbox-exists" }, "NO ALREADYEXISTS"],
  [{ kind: "mailbox-name-invalid", fault: "empty" }, "NO CANNOT"],
  [{ kind: "mailbox-not-selectable" }, "NO CANNOT"],
  [{ kind: "role-taken" }, "NO USEATTR"],
  [{ kind: "too-many-keywords" }, "NO LIMIT"],
  [{ kind: "message-too-large", limitBytes: 1 }, "NO TOOBIG"],
  [{ kind: "over-quota", resource: "STORAGE" }, "NO OVERQUOTA"],
  [{ kind: "metadata-value-too-large" }, "NO METADATA MAXSIZE 16384"],
  [{ kind: "metadata-too-many" }, "NO METADATA TOOMANY"],
  [{ kind: "disk-full" }, "NO UNAVAILABLE"],
  [{ kind: "data-damaged" }, "NO CORRUPTION"],
  [{ kind: "credentials-wrong" }, "NO AUTHENTICATIONFAILED"],
  [{ kind: "credentials-throttled", retryAfterMs: 1 }, "NO UNAVAILABLE"],
  [{ kind: "sasl-response-invalid" }, "BAD "],
  [{ kind: "account-disabled" }, "NO CONTACTADMIN"],
  [{ kind: "limit-reached", what: "sessions" }, "NO LIMIT"],
] satisfies [Problem, string][]) {
  test(`${problem.kind} is told as ${told.trim()}, in words that fit a line`, () => {
    const { status, code, text } = completionOf(problem);
    assert.equal(`${status} ${code ?? ""}`, told);
    assert.match(text, /^[ -Z^-~]+$/);
  });
}
