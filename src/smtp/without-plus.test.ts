// That mutt finds a mechanism it can carry through (src/sasl/quirks/mutt-plus-without-binding.ts), and that a client which
// could bind is not taken for one in the hands of a forger.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { scramFinal, scramFirst } from "../../test/support/scram-client.ts";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";

const opening = SmtpWorld.open();
after(async () => (await opening)[Symbol.asyncDispose]());

const base64 = (text: string): string => Buffer.from(text).toString("base64");

for (const gs2Header of ["n,,", "y,,"]) {
  test(`submission over TLS offers SCRAM without -PLUS and takes it from a client that says ${gs2Header}`, async () => {
    const world = await opening;
    await world.account("alice");
    const listener = await world.listen("submission", { plaintext: "refused", tls: "implicit" });
    using client = new SmtpDialogue(await listener.connectTls());
    await client.reply();
    assert.match(await client.say("EHLO client.example.net"), /^250-AUTH SCRAM-SHA-256 PLAIN LOGIN\r$/m);
    assert.match(await client.say("AUTH SCRAM-SHA-256-PLUS"), /^504 /);
    const login = { user: "alice@example.org", password: "secret", gs2Header };
    const challenge = await client.say(`AUTH SCRAM-SHA-256 ${base64(scramFirst(login))}`);
    const final = scramFinal(login, Buffer.from(challenge.slice("334 ".length), "base64").toString());
    assert.equal(await client.say(base64(final.message)), `334 ${base64(final.serverFinal)}`);
    assert.match(await client.say(""), /^235 /);
  });
}
