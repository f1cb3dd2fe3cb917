// Guessing at passwords over the protocols: it becomes slow, the owner gets in all the same, and nobody learns who has an
// account here, neither by words nor by the time an answer takes. In a network with many places to come from.

import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { noOwnNetwork, runInOwnNetwork } from "../support/own-network.ts";

const skip = noOwnNetwork();
const script = join(import.meta.dirname, "guessing.ts");

suite("guessing", { concurrency: 2 }, () => {
  for (const [name, scene] of [
    ["a thousand wrong passwords from one place lock the owner out at no other", "owner"],
    ["unknown and known names are answered alike, in the same words and the same time", "alike 6"],
  ] as const)
    test(name, { skip }, async (t) => {
      const { code, output } = await runInOwnNetwork(script, scene.split(" "));
      assert.equal(code, 0, output);
      t.diagnostic(output.trim());
    });
});
