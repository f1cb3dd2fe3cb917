// No password, right or wrong, in whatever form it crosses the wire, stands in the log, however much is logged; nor in what
// the system shows of the process.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ServerSite, sitePassword } from "../support/server-site.ts";
import { WireClient } from "../support/wire-client.ts";

// Wrong passwords are waited for at the account: each attempt has its own.
const accounts = Array.from({ length: 16 }, (_, n) => `u${n + 1}@example.org`);
const wrong = "wrong-Passw0rd-that-nobody-has";

test("no password is in the log at its most talkative, whichever way it came", async () => {
  await using site = await ServerSite.prepare({ accounts, logLevel: "debug" });
  await using server = await site.start();
  const talk = async (port: "imaps" | "pop3s" | "submissions" | "smtp", lines: readonly string[]): Promise<void> => {
    using wire = await WireClient.connect(site.at(port), 30_000);
    await wire.line();
    for (const line of lines) {
      await wire.send(`${line}\r\n`);
      await wire.unasked(100);
    }
    wire.end();
    await wire.rest();
  };
  for (const password of [sitePassword, wrong]) {
    const attempts = attemptsWith(password);
    assert.ok(attempts.length <= accounts.length);
    await Promise.all(attempts.map(([port, lines]) => talk(port, lines)));
  }
  const seen = [
    server.output(),
    readFileSync(`/proc/${server.pid}/cmdline`, "latin1"),
    readFileSync(`/proc/${server.pid}/environ`, "latin1"),
    readFileSync(`/proc/${server.pid}/comm`, "latin1"),
  ].join("\n");
  assert.match(seen, /"message":"logged in"/);
  assert.match(seen, /"message":"login refused"/);
  for (const password of [sitePassword, wrong]) {
    const plain = accounts.map((account) => base64(`\0${account}\0${password}`));
    for (const form of [password, base64(password), ...plain, Buffer.from(password).toString("hex")])
      assert.ok(!seen.includes(form), `the log has a password: ${linesWith(seen, form)}`);
  }
});

/** All ways in which a password comes, those of people who type it into the wrong place too. */
function attemptsWith(password: string): [port: "imaps" | "pop3s" | "submissions" | "smtp", lines: string[]][] {
  const names = accounts.values();
  const name = (): string => names.next().value ?? "";
  const plain = (): string => base64(`\0${name()}\0${password}`);
  const oneWord = password.replaceAll(" ", "");
  return [
    ["imaps", [`a LOGIN ${name()} "${password}"`]],
    ["imaps", [`a LOGIN ${name()} {${password.length}+}`, password]],
    ["imaps", [`a LOGIN "${password}" ${name()}`]],
    ["imaps", [`a AUTHENTICATE PLAIN ${plain()}`]],
    ["imaps", ["a AUTHENTICATE PLAIN", plain()]],
    ["imaps", ["a AUTHENTICATE LOGIN", base64(name()), base64(password)]],
    ["imaps", [password, `a ${password}`, `LOGIN x ${password}`, `a NOOP ${password}`, `a LOGIN ${password}`]],
    ["pop3s", [`USER ${name()}`, `PASS ${password}`]],
    ["pop3s", [`PASS ${password}`, `USER ${password}`, password]],
    ["pop3s", [`AUTH PLAIN ${plain()}`]],
    ["pop3s", ["AUTH LOGIN", base64(name()), base64(password)]],
    ["submissions", ["EHLO x", `AUTH PLAIN ${plain()}`]],
    ["submissions", ["EHLO x", "AUTH LOGIN", base64(name()), base64(password)]],
    ["submissions", ["EHLO x", `AUTH LOGIN ${base64(name())}`, base64(password)]],
    ["submissions", [password, `EHLO ${oneWord}`, `AUTH ${password}`, plain()]],
    ["smtp", ["EHLO x", `AUTH PLAIN ${plain()}`, plain(), password]],
  ];
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function linesWith(text: string, part: string): string {
  return text
    .split("\n")
    .filter((line) => line.includes(part))
    .join("\n");
}
