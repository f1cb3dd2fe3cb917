// How command lines are read, and what makes no sense.

import assert from "node:assert/strict";
import { test } from "node:test";
import { verbs } from "../admin/verbs.ts";
import { CommandLineFault, type Order, ownCommands, parseCommandLine } from "./command-line.ts";
import { helpPage } from "./help.ts";

const orderOf = (line: string): Order => parseCommandLine(line === "" ? [] : line.split(" ")).order;

test("a verb gets its arguments in any order, with options of every command anywhere", () => {
  for (const line of [
    "account add asha@example.org --name Asha --json --data /d --config /c",
    "--config /c --data=/d account add --json --name=Asha asha@example.org",
  ]) {
    const { order, ...rest } = parseCommandLine(line.split(" "));
    assert.deepEqual(rest, { json: "json", configFile: "/c", dataFolder: "/d" });
    assert.ok(order.kind === "verb");
    assert.equal(order.verb.name, "account add");
    assert.deepEqual(order.given, { address: "asha@example.org", name: "Asha" });
  }
});

test("addresses and names in any script, and such as look like paths or begin with @, are arguments", () => {
  const { order } = parseCommandLine(["address", "add", "@উদাহরণ.বাংলা", "ডাক@উদাহরণ.বাংলা"]);
  assert.ok(order.kind === "verb");
  assert.deepEqual(order.given, { address: "@উদাহরণ.বাংলা", account: "ডাক@উদাহরণ.বাংলা" });
  const recover = parseCommandLine(["account", "recover", "a@b", "--mailbox", "কাজের চিঠি"]).order;
  assert.ok(recover.kind === "verb");
  assert.equal(recover.given["mailbox"], "কাজের চিঠি");
});

test("what follows -- is no option", () => {
  const { order } = parseCommandLine(["address", "remove", "--", "--x@example.org"]);
  assert.ok(order.kind === "verb");
  assert.deepEqual(order.given, { address: "--x@example.org" });
});

for (const [line, order] of [
  ["", { kind: "help", topic: "" }],
  ["help account add", { kind: "help", topic: "account add" }],
  ["account add --help", { kind: "help", topic: "account add" }],
  ["-h", { kind: "help", topic: "" }],
  ["account --help", { kind: "help", topic: "account" }],
  ["version", { kind: "version" }],
  ["--version", { kind: "version" }],
  ["serve", { kind: "serve", ports: "usual" }],
  ["serve --ports auto", { kind: "serve", ports: "auto" }],
  ["init --config x", { kind: "init" }],
] as const)
  test(`reads "${line}"`, () => assert.deepEqual(orderOf(line), order));

for (const [line, said] of [
  ["nonsense", /no command "nonsense"/],
  ["account", /no command "account"/],
  ["account nonsense x", /no command/],
  ["account add", /ADDRESS is missing/],
  ["account add a@b c@d", /"c@d" is one argument too many/],
  ["account list --name x", /no option --name/],
  ["account add a@b --nonsense", /--nonsense/],
  ["account add a@b --name", /--name/],
  ["serve --ports some", /usual or auto/],
  ["account add a@b --password secret", /never an argument/],
  ["account add a@b --password=secret", /never an argument/],
] as const)
  test(`refuses "${line}"`, () => {
    assert.throws(
      () => orderOf(line),
      (error: unknown) => error instanceof CommandLineFault && said.test(error.message),
    );
  });

test("every command has a help page that shows its examples, and the overview names every command", () => {
  const overview = helpPage("") ?? "";
  for (const command of [...ownCommands, ...verbs]) {
    assert.ok(overview.includes(`  ${command.name} `), command.name);
    const page = helpPage(command.name) ?? "";
    for (const example of command.examples) assert.ok(page.includes(`dakghar ${example}\n`), example);
  }
});

test("every example in the help can be read", () => {
  for (const { examples } of [...ownCommands, ...verbs])
    for (const example of examples) {
      // As a shell would cut it.
      const words = [...(example.split(" < ")[0] ?? "").matchAll(/'([^']*)'|(\S+)/g)];
      assert.doesNotThrow(() => parseCommandLine(words.map(([, quoted, plain]) => quoted ?? plain ?? "")), example);
    }
});

test("help on a group lists its commands, and lines stay readable", () => {
  assert.match(helpPage("account") ?? "", /account add .*\n(?:.*\n)* {2}account recover /);
  assert.equal(helpPage("nonsense"), undefined);
  for (const { name } of [...ownCommands, ...verbs])
    for (const line of (helpPage(name) ?? "").split("\n")) assert.ok(line.length <= 120, line);
});
