// How passwords are asked for and read.

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { newPasswordFromTerminal, passwordFromInput } from "./password-prompt.ts";

/** A terminal at which these keys are struck, one after another. */
function terminal(keys: readonly string[]) {
  const modes: boolean[] = [];
  let said = "";
  const input = Object.assign(new PassThrough(), { setRawMode: (mode: boolean) => void modes.push(mode) });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  output.setEncoding("utf8").on("data", (text: string) => (said += text));
  void (async () => {
    for (const key of keys) {
      input.write(key);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    modes,
    said: () => said,
    ask: () => newPasswordFromTerminal(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream),
  };
}

test("a password is typed twice without echo, in any script, and corrected with backspace", async () => {
  const at = terminal(["গোপন কথাxx", "\u007f\u007f", "\r", "গোপন কথা\r"]);
  assert.equal(await at.ask(), "গোপন কথা");
  assert.equal(at.said(), "New password (empty: one is made): \nThe same again: \n");
  assert.deepEqual(at.modes, [true, false, true, false]);
});

test("two that differ are asked for again", async () => {
  const at = terminal(["one\r", "two\r", "three\r", "three\r"]);
  assert.equal(await at.ask(), "three");
  assert.match(at.said(), /The two differ\./);
});

test("nothing typed is no password", async () => assert.equal(await terminal(["\r"]).ask(), undefined));

for (const [text, password] of [
  ["secret\nmore\n", "secret"],
  ["secret\r\n", "secret"],
  ["secret", "secret"],
  [" two words \n", " two words "],
  ["", ""],
] as const)
  test(`the first line of ${JSON.stringify(text)} is the password`, async () => {
    const input = new PassThrough();
    input.end(text);
    assert.equal(await passwordFromInput(input as unknown as NodeJS.ReadStream), password);
  });

test("what never ends is not read for ever", async () => {
  const input = new PassThrough();
  input.write("x".repeat(100_000));
  assert.ok((await passwordFromInput(input as unknown as NodeJS.ReadStream)).length <= 100_000);
});
