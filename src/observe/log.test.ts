// The log: levels, fields, errors; no secret and no forged line in it.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Faults } from "./faults.ts";
import { createLog, type Log, type LogFormat, type LogLevel } from "./log.ts";
import { scrubLine } from "./scrub-line.ts";

const clock = { nowMs: () => Date.UTC(2026, 10, 24, 20, 38, 20, 5), monotonicMs: () => 0 };

function logged(write: (log: Log) => void, format: LogFormat = "json", level: LogLevel = "debug"): string {
  let lines = "";
  write(createLog({ level, format }, { write: (line) => (lines += line) }, clock));
  return lines;
}

suite("as JSON", () => {
  test("a line tells time, level, fields and message", () => {
    const line = logged((log) => log.with({ protocol: "imap" }).info({ user: "রহিম@example.org" }, "logged in"));
    assert.deepEqual(JSON.parse(line), {
      level: "info",
      time: "2026-11-24T20:38:20.005Z",
      protocol: "imap",
      user: "রহিম@example.org",
      message: "logged in",
    });
  });

  test("lines below the level are not written", () => {
    const lines = logged(
      (log) => {
        log.debug({}, "no");
        log.info({}, "no");
        log.warn({}, "yes");
        assert.deepEqual([log.writes("info"), log.writes("error")], [false, true]);
      },
      "json",
      "warn",
    );
    assert.equal(lines.split("\n").length, 2);
  });

  test("fields named as secrets are not written, at the top or one level down", () => {
    const line = logged((log) =>
      log.info({ password: "s3cret", account: { password: "s3cret", token: "s3cret" }, response: "s3cret" }, "x"),
    );
    assert.doesNotMatch(line, /s3cret/);
    assert.match(line, /"password":"\[secret\]"/);
  });

  test("an error is written with its stack and causes, and nothing else it carries", () => {
    const cause = Object.assign(new Error("disk"), { code: "EIO" });
    const error = Object.assign(new RangeError("out of range", { cause }), { body: "Dear Sir" });
    const line = logged((log) => log.error({ error }, "failed"));
    const described = JSON.parse(line).error;
    assert.equal(described.name, "RangeError");
    assert.match(described.stack, /log\.test\.ts/);
    assert.equal(described.cause.code, "EIO");
    assert.doesNotMatch(line, /Dear Sir/);
  });

  test("causes in a circle end", () => {
    const error = new Error("round");
    error.cause = error;
    assert.match(
      logged((log) => log.error({ error }, "x")),
      /"message":"x"/,
    );
  });

  test("a client's line breaks make no line of the log", () => {
    const lines = logged((log) => log.info({ user: 'x"\r\n{"level":"error"}' }, "wrong password"));
    assert.equal(lines.split("\n").length, 2);
  });
});

suite("as text", () => {
  test("a line reads from left to right", () => {
    const line = logged((log) => log.info({ protocol: "imap", user: "রহিম", messages: 3 }, "logged in"), "text");
    assert.equal(line, '2026-11-24T20:38:20.005Z INFO  logged in protocol=imap user="রহিম" messages=3\n');
  });

  test("nothing a client sends breaks the line, colours it or turns its direction", () => {
    const line = logged((log) => log.info({ user: "a\r\nb\u001b[31m\u202ec" }, "x\ny"), "text");
    assert.equal(line, '2026-11-24T20:38:20.005Z INFO  x\\u000ay user="a\\r\\nb\\u001b[31m\\u202ec"\n');
  });

  test("an error's stack is indented under its line", () => {
    const error = new Error("no", { cause: new Error("because") });
    const lines = logged((log) => log.error({ error }, "failed"), "text").split("\n");
    assert.match(lines[0] ?? "", /ERROR failed$/);
    assert.equal(lines[1], "    Error: no");
    assert.ok(lines.includes("    caused by: Error: because"));
  });
});

suite("wire lines", () => {
  for (const [line, scrubbed] of [
    ["a1 LOGIN rahim s3cret\r\n", "a1 LOGIN [secret]"],
    ['a1 login "rahim" "s3cret"', "a1 login [secret]"],
    ["a1 LOGIN {5+}\r\nrahim {6+}\r\ns3cret\r\n", "a1 LOGIN [secret]"],
    ["a1 AUTHENTICATE PLAIN AHJhaGltAHMzY3JldA==", "a1 AUTHENTICATE PLAIN [secret]"],
    ["a1 AUTHENTICATE SCRAM-SHA-256", "a1 AUTHENTICATE SCRAM-SHA-256"],
    ["AUTH PLAIN AHJhaGltAHMzY3JldA==\r\n", "AUTH PLAIN [secret]"],
    ["auth login cmFoaW0=", "auth login [secret]"],
    ["PASS s3cret with spaces", "PASS [secret]"],
    ["APOP rahim c4c9334bac560ecc979e58001b3e22fb", "APOP [secret]"],
    ["USER rahim", "USER rahim"],
    ["a2 SELECT INBOX\r\n", "a2 SELECT INBOX"],
    ["a2 STORE 1 +FLAGS (\\Seen)", "a2 STORE 1 +FLAGS (\\Seen)"],
  ] as const) {
    test(`${JSON.stringify(line)} is logged without its secret`, () => assert.equal(scrubLine(line), scrubbed));
  }

  test("a long line is cut", () => assert.equal(scrubLine(`a1 SEARCH ${"x".repeat(9_999)}`).length, 203));

  test("a field named line is scrubbed by the log itself", () => {
    assert.doesNotMatch(
      logged((log) => log.debug({ line: "a1 LOGIN rahim s3cret" }, "received")),
      /s3cret/,
    );
  });
});

test("an unknown error is logged under an id, and the id alone is told", () => {
  let faultId = "";
  const line = logged((log) => {
    const faults = new Faults(log, { bytes: (length) => Uint8Array.from({ length }, (_, at) => at * 33) });
    faultId = faults.record(new Error("no such column"), { protocol: "imap" }, "FETCH failed");
    assert.equal(faults.count, 1);
  });
  assert.match(faultId, /^[A-HJ-NP-Z2-9]{8}$/);
  const { faultId: written, error, message, protocol } = JSON.parse(line);
  assert.deepEqual([written, error.message, message, protocol], [faultId, "no such column", "FETCH failed", "imap"]);
});
