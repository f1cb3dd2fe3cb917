// How the bounds in src/base/limits.ts relate. A bound that is changed alone fails here, with the reason why it cannot be.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as limits from "../src/base/limits.ts";
import { readText } from "./support/source-tree.ts";

const bounds: readonly (readonly [string, unknown])[] = Object.entries(limits);

test("every bound is a positive whole number", () => {
  assert.deepEqual(
    bounds.filter(([, value]) => !Number.isSafeInteger(value) || Number(value) <= 0),
    [],
  );
});

test("a bound of time or size ends with its unit, then Max or Min", () => {
  const measure = /timeout|delay|interval|idle|kept|length|size|limit/i;
  const unit = /(?:Bytes|Ms|Seconds|Minutes|Hours|Days|Max|Min)$/;
  const vague = /(?:length|size|limit|timeout|delay|interval)(?:Max|Min)?$/i;
  const names = bounds.map(([name]) => name);
  assert.deepEqual(
    names.filter((name) => vague.test(name) || (measure.test(name) && !unit.test(name))),
    [],
    "literalBytesMax, idleTimeoutMs",
  );
});

test("every bound has its reason beside it", () => {
  const bare = [...readText("src/base/limits.ts").matchAll(/^(.*)\nexport const (\w+) = [^;]+;(.*)$/gm)]
    .filter(([, before = "", , after = ""]) => !before.trimEnd().endsWith("*/") && !after.includes("//"))
    .map(([, , name]) => name);
  assert.deepEqual(bare, [], "say why it is what it is, in a doc comment above");
});

test("a body that lives in the database is far smaller than a message", () => {
  assert.ok(limits.inlineBodyBytesMax * 16 <= limits.messageBytesMax);
});

test("the write-ahead log holds many inline bodies before it is checkpointed", () => {
  assert.ok(limits.walBytesMax >= 16 * limits.inlineBodyBytesMax);
});

test("one header field fits into a header, and a header into a message", () => {
  assert.ok(limits.headerFieldBytesMax <= limits.headerBytesMax);
  assert.ok(limits.headerBytesMax < limits.messageBytesMax);
});

test("a mailbox name has room for one character on each level", () => {
  assert.ok(2 * limits.mailboxDepthMax <= limits.mailboxNameBytesMax);
});

test("flag changes are flushed within the second that is promised, and long before an idle account is closed", () => {
  assert.ok(limits.lazyFlushMs < 1_000);
  assert.ok(limits.lazyFlushMs * 10 <= limits.accountIdleMs);
});

test("what a password is hashed in goes back to the system afterwards", () => {
  // glibc keeps what is freed of 32 MiB and less (DEFAULT_MMAP_THRESHOLD_MAX), for each thread of the pool.
  assert.ok(limits.argon2MemoryKibMax > 32 * 1024);
});

test("an IMAP client may send more after login than before", () => {
  assert.ok(limits.imapLineBeforeLoginBytesMax < limits.imapLineBytesMax);
  assert.ok(limits.imapLiteralBeforeLoginBytesMax < limits.imapLiteralBytesMax);
  assert.ok(limits.imapLiteralsBeforeLoginBytesMax < limits.imapLiteralsBytesMax);
  assert.ok(limits.imapNonSyncBeforeLoginBytesMax <= limits.imapLiteralBeforeLoginBytesMax);
  assert.ok(limits.imapNestingBeforeLoginMax < limits.imapNestingMax);
});

test("a name and a password fit into the literals allowed before login", () => {
  assert.ok(limits.credentialBytesMax <= limits.imapNonSyncBeforeLoginBytesMax);
  assert.ok(2 * limits.imapLiteralBeforeLoginBytesMax <= limits.imapLiteralsBeforeLoginBytesMax);
});

test("a mailbox name fits into a literal and an IMAP line in either encoding", () => {
  // Modified UTF-7 takes at most five octets for a character of one (a control) and three for one of two.
  assert.ok(5 * limits.mailboxNameBytesMax <= limits.imapLiteralBytesMax);
  assert.ok(5 * limits.mailboxNameBytesMax <= limits.imapLineBytesMax);
});

test("a message that is refused can be read to its end and thrown away", () => {
  assert.ok(limits.imapLiteralDiscardedBytesMax > limits.messageBytesMax);
});

test("sessions are cut early enough for the process to end within the 30 s that are promised", () => {
  assert.ok(limits.shutdownGraceMs + limits.closeLingerMs < limits.shutdownMsMax);
  assert.ok(limits.shutdownMsMax < 30_000);
});

test("whoever waits for a delayed log-in is answered before the connection's time is over", () => {
  assert.ok(limits.guessDelayMsMin < limits.guessDelayMsMax);
  assert.ok(limits.guessDelayMsMax * 2 <= limits.pop3LoginTimeoutMs);
});

test("an SMTP line holds a command with its parameters, and an AUTH line more", () => {
  assert.ok(limits.addressBytesMax + 512 < limits.smtpLineBytesMax);
  assert.ok(limits.smtpLineBytesMax < limits.saslLineBytesMax);
  assert.ok(limits.saslLineBytesMax < limits.smtpLineDiscardedBytesMax);
  assert.ok(limits.smtpDiscardedBytesMax > limits.messageBytesMax);
});

test("an attempt to send ends before its lease does, and leases before the queue's patience", () => {
  assert.ok(limits.queueAttemptMs < limits.queueLeaseMs);
  assert.ok(limits.queueLeaseMs < limits.queueLifetimeMs);
  assert.ok(limits.remoteSilenceTimeoutMs < limits.queueAttemptMs);
  assert.ok(limits.queueRetryDelayMsMin < limits.queueRetryDelayMsMax);
  assert.ok(limits.queueAttemptsMin * limits.queueRetryDelayMsMax * 1.25 < limits.queueLifetimeMs);
});
