// Commands from the transcripts, mangled in every way: octets lost, doubled and changed, pieces of one in another. Whatever
// comes of it is answered, and none finds a bug of ours. Seeds make the choices; a failing seed is in the test's name.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Chance } from "../../test/support/chance.ts";
import { stage } from "../../test/support/embedded.ts";
import { PostOffice, usualPolicy } from "../../test/support/post-office.ts";
import { filesMatching, rootDir } from "../../test/support/source-tree.ts";
import { WireClient, WireClosed } from "../../test/support/wire-client.ts";
import { noFlags } from "../model/flags.ts";

/** What clients say after their tag, as octet strings; what would end the session, or wait for more, is left out. */
const commands = filesMatching("test/transcripts/imap/*.txt").flatMap((path) => {
  const lines = readFileSync(join(rootDir, path), "latin1").split("\n");
  return lines.flatMap((line) => {
    const [, command = ""] = /^[A-Z]: (?:\([^)]*\) )?\w+ ([A-Z].*)$/.exec(line.replace(/ {2,}#.*$/, "")) ?? [];
    return command === "" || /^(?:LOGOUT|STARTTLS|AUTHENTICATE|COMPRESS|IDLE)|\{\w+\*\d+\}/.test(command)
      ? []
      : [command];
  });
});

function mangled(chance: Chance): string {
  let text = chance.pick(commands);
  for (let times = chance.between(0, 2); times > 0; times--) {
    const at = chance.below(text.length + 1);
    const end = Math.min(text.length, at + chance.between(1, 6));
    switch (chance.below(5)) {
      case 0:
        text = text.slice(0, at) + text.slice(end);
        break;
      case 1:
        text = text.slice(0, at) + text.slice(at, end).repeat(chance.between(2, 40)) + text.slice(end);
        break;
      case 2:
        text = text.slice(0, at) + String.fromCharCode(chance.below(256)) + text.slice(at);
        break;
      case 3: {
        const other = chance.pick(commands);
        text = text.slice(0, at) + other.slice(chance.below(other.length));
        break;
      }
      default:
        text =
          text.slice(0, at) +
          chance.pick(['"', "(", ")", "[", "]", "{3+}", "*", "$", "\\", "4294967296", " "]) +
          text.slice(end);
    }
  }
  return text.replace(/[\r\n]/g, " ");
}

for (const seed of [1, 2, 3]) {
  test(`mangled commands find no bug (seed ${seed})`, async () => {
    await using office = await PostOffice.open();
    const port = await office.portOf("imap", { ...usualPolicy, sessionsPerAccountMax: 1_000 });
    const account = await office.newAccount("alice@example.org");
    using mail = await office.openMail(account);
    const inbox = await mail.byRole("inbox");
    assert.ok(inbox !== undefined);
    const items = [];
    for (let count = 0; count < 5; count++)
      items.push({ message: await stage(mail, `Subject: ${count}\r\n\r\nText\r\n`), flags: noFlags });
    await mail.append(inbox.id, items);
    const chance = new Chance(seed);
    for (let session = 0; session < 60; session++) {
      using wire = await WireClient.connect({ port });
      await wire.line();
      await wire.send("x LOGIN alice@example.org secret\r\nx SELECT INBOX\r\n");
      await wire.until(/^x (?:OK|NO) .*\r\nx? ?[\s\S]*?^x (?:OK|NO) \[.*\r\n/m);
      const said: string[] = [];
      for (let round = 0; round < 15; round++) said.push(mangled(chance));
      await wire.send(said.map((command) => `m ${command}\r\n`).join(""));
      // What waits for a literal, or reads the rest as one, gets a way out.
      await wire.send("\r\n\r\n)\r\nend NOOP\r\n".repeat(3));
      wire.end();
      try {
        await wire.rest();
      } catch (error) {
        assert.ok(error instanceof WireClosed, String(error));
      }
      assert.deepEqual(office.faults, [], `after\n${said.map((command) => JSON.stringify(command)).join("\n")}`);
    }
  });
}
