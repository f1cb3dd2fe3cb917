// What is announced is there: each capability has its commands, its line in the docs, and a transcript that shows it.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { offeredMechanisms } from "../sasl/mechanisms.ts";
import { capabilities, capabilityText } from "./capabilities.ts";
import { commands } from "./command-table.ts";
import { enableable, Features } from "./features.ts";
import type { NotAuthenticated } from "./session.ts";
import { baseCommands, standOn, switchableCapabilities, Withheld, withinRev2 } from "./withheld.ts";

const rootDir = join(import.meta.dirname, "../..");
const page = readFileSync(join(rootDir, "docs/protocols/imap.md"), "utf8");

test("each capability's commands are in the command table", () => {
  const missing = capabilities.flatMap(({ name, commands: needed }) =>
    needed.filter((command) => !commands.has(command)).map((command) => `${name} needs ${command}`),
  );
  assert.deepEqual(missing, []);
});

for (const { name, rfc } of capabilities) {
  test(`${name} stands in docs/protocols/imap.md with RFC ${rfc} and transcripts that exist`, () => {
    const row = page.split("\n").find((line) => line.startsWith(`| ${name} |`));
    assert.ok(row !== undefined, "add a row to the table of capabilities");
    assert.match(row, new RegExp(`\\b${rfc}\\b`));
    const cases =
      row
        .split("|")
        .at(-2)
        ?.match(/[\w-]+/g) ?? [];
    assert.ok(cases.length > 0);
    for (const transcript of cases) {
      const path = join(rootDir, "test/transcripts/imap", `${transcript}.txt`);
      assert.ok(existsSync(path), `${transcript} is no transcript`);
    }
  });
}

test("the page names no capability that is not announced", () => {
  const announced = new Set(capabilities.map(({ name }) => name));
  const rows = [...page.matchAll(/^\| (IMAP4rev\d|[A-Z][A-Z0-9+=-]+) \| \d{4}/gm)].map((match) => match[1] ?? "");
  assert.deepEqual(
    rows.filter((name) => !announced.has(name)),
    [],
  );
});

test("each feature that ENABLE takes is a capability", () => {
  const announced = new Set(capabilities.map(({ name }) => name));
  assert.deepEqual(
    enableable.filter((feature) => !announced.has(feature)),
    [],
  );
});

test("ENABLE QRESYNC enables CONDSTORE too", () => {
  const features = new Features();
  features.enable("QRESYNC");
  assert.ok(features.has("CONDSTORE"));
});

test("each command is one of the base, or goes with the last capability that brings it", () => {
  const withheld = new Withheld();
  withheld.switchOff(switchableCapabilities);
  assert.deepEqual(
    [...commands.keys()].filter((name) => withheld.lacksCommand(name) === baseCommands.has(name)),
    [],
  );
});

test("what stands on a capability, and what IMAP4rev2 has within, are capabilities", () => {
  const named = [...withinRev2, ...[...standOn].flatMap(([name, others]) => [name, ...others])];
  const announced = new Set(capabilities.map(({ name }) => name));
  assert.deepEqual(
    named.filter((name) => !announced.has(name)),
    [],
  );
});

test("what stands on a capability goes with it, and IMAP4rev2 with what it has within", () => {
  const withheld = new Withheld();
  withheld.switchOff(["SORT", "THREAD=REFS"]);
  assert.deepEqual(
    ["SORT", "SORT=DISPLAY", "ESORT", "THREAD=REFS", "IMAP4rev2", "QUOTA"].filter((name) => withheld.shows(name)),
    ["IMAP4rev2", "QUOTA"],
  );
  assert.deepEqual(
    ["SORT", "THREAD", "SEARCH"].filter((name) => withheld.lacksCommand(name)),
    ["SORT"],
  );
  withheld.switchOff(["MOVE"]);
  assert.equal(withheld.shows("IMAP4rev2"), false);
  assert.equal(withheld.shows("SORT"), true);
});

test("what a client breaks on is not shown, and its commands stay", () => {
  const { features, ...rest } = stranger({});
  features.withheld.hide(["IDLE"]);
  assert.equal(capabilityText({ ...rest, features }).includes("IMAP4rev2"), false);
  assert.equal(features.withheld.lacksCommand("IDLE"), false);
  features.withheld.hide([]);
  assert.equal(capabilityText({ ...rest, features }).includes("IMAP4rev2"), true);
});

const stranger = (link: Partial<NotAuthenticated["link"]>): NotAuthenticated => ({
  state: "not-authenticated",
  link: {
    startTls: "not-offered",
    mechanisms: [],
    appendLimitBytes: 1,
    messagesPerCommandMax: 1,
    unauthenticate: "not-offered",
    ...link,
  },
  features: new Features(),
  gate: {
    get sasl(): never {
      throw new Error("not asked");
    },
    admit: async () => {
      throw new Error("not asked");
    },
  },
});

for (const [what, link, text] of [
  ["in the clear, with a certificate", { startTls: "offered" }, "STARTTLS LOGINDISABLED"],
  ["in the clear, without a certificate", {}, "LOGINDISABLED"],
  [
    "in trial mode",
    { startTls: "offered", mechanisms: offeredMechanisms(undefined, "allowed") },
    "STARTTLS AUTH=SCRAM-SHA-256 AUTH=PLAIN AUTH=LOGIN",
  ],
  [
    "inside TLS",
    { mechanisms: offeredMechanisms(() => undefined, "refused") },
    "AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=PLAIN AUTH=LOGIN",
  ],
] as const) {
  test(`before login, ${what}: ${text}`, () => {
    assert.equal(capabilityText(stranger(link)), `IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID ENABLE LANGUAGE ${text}`);
  });
}
