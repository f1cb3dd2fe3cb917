// LANG: that every text can be said in a status line, in every language.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pop3StatusBytesMax } from "../../base/limits.ts";
import { languages } from "./languages.ts";
import type { Texts } from "./texts.ts";

/** Every text of a language, with large numbers filled in. */
function everyText(say: Texts): [name: string, text: string][] {
  return Object.entries(say).map(([name, text]): [string, string] => {
    if (typeof text === "string") return [name, text];
    return [name, name === "fault" ? text("0123456789ab") : text(4_294_967_295, 4_503_599_627_370_496)];
  });
}

test("English is ASCII alone, since clients that know no LANG read it", () => {
  const other = everyText(languages.en.say).filter(([, text]) => !/^[ -~]+$/.test(text));
  assert.deepEqual(other, []);
});

test("every text of the other languages is in their own script, and none is English", () => {
  const english = new Map(everyText(languages.en.say));
  const foreign = everyText(languages.bn.say).filter(([name, text]) => {
    return text === english.get(name) || !/\p{Script=Bengali}/u.test(text);
  });
  assert.deepEqual(foreign, []);
});

test("every text fits into a status line with its code, holds no line end, and is not taken for a code", () => {
  for (const { say } of Object.values(languages)) {
    for (const [name, text] of everyText(say)) {
      assert.ok(Buffer.byteLength(`-ERR [LOGIN-DELAY] ${text}\r\n`) <= pop3StatusBytesMax, name);
      assert.ok(!/[\r\n]/.test(text) && !text.startsWith("["), name);
    }
  }
});
