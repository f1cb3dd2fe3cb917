// Wishes for reports (RFC 3461) that other servers bring: obeyed where a report can be sent back, not offered elsewhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SmarthostDouble } from "../../test/support/smarthost.ts";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";

for (const [service, hello] of [
  ["smtp", "EHLO client.example.net"],
  ["lmtp", "LHLO client.example.net"],
] as const) {
  test(`over ${service} who asked to hear of success does, through the smarthost, and nobody else`, async () => {
    await using smarthost = await SmarthostDouble.open();
    await using world = await SmtpWorld.open({ smarthost: smarthost.way() });
    await world.account("alice");
    await world.account("bob");
    using client = await SmtpDialogue.with(await world.listen(service));
    assert.match(await client.say(hello), /^250-DSN\r$/m);
    await client.say("MAIL FROM:<sender@example.net> RET=FULL ENVID=QQ314159");
    await client.say("RCPT TO:<alice@example.org> NOTIFY=SUCCESS ORCPT=rfc822;a+2Bb@example.org");
    await client.say("RCPT TO:<bob@example.org>");
    await client.say("DATA");
    client.write("Subject: wanted\r\n\r\nsecret text\r\n.\r\n");
    assert.match(await client.reply(), /^250 2\.0\.0/);
    while (smarthost.taken.length === 0) await sleep(10);
    const [report] = smarthost.taken;
    assert.equal(report?.sender, "");
    assert.deepEqual(report?.recipients, ["sender@example.net"]);
    const text = report?.text ?? "";
    assert.match(text, /\r\nOriginal-Envelope-Id: QQ314159\r\n/);
    assert.match(
      text,
      /\r\nOriginal-Recipient: rfc822;a\+b@example\.org\r\nFinal-Recipient: rfc822; alice@example\.org\r\n/,
    );
    assert.match(text, /\r\nAction: delivered\r\nStatus: 2\.0\.0\r\n/);
    assert.doesNotMatch(text, /bob@/);
    assert.equal(smarthost.taken.length, 1);
  });

  test(`over ${service} DSN is not offered without a smarthost, and its parameters are unknown`, async () => {
    await using world = await SmtpWorld.open();
    await world.account("alice");
    using client = await SmtpDialogue.with(await world.listen(service));
    assert.doesNotMatch(await client.say(hello), /DSN/);
    assert.equal(await client.say("MAIL FROM:<a@example.net> RET=HDRS"), "555 5.5.4 RET is not known here");
    assert.equal(await client.say("MAIL FROM:<a@example.net> ENVID=x"), "555 5.5.4 ENVID is not known here");
    assert.equal(await client.say("MAIL FROM:<a@example.net>"), "250 2.1.0 Sender ok");
    const refused = await client.say("RCPT TO:<alice@example.org> NOTIFY=NEVER");
    assert.equal(refused, "555 5.5.4 NOTIFY is not known here");
  });

  test(`over ${service} nobody hears of success about the null sender`, async () => {
    await using smarthost = await SmarthostDouble.open();
    await using world = await SmtpWorld.open({ smarthost: smarthost.way() });
    await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen(service), hello);
    await client.say("MAIL FROM:<>");
    await client.say("RCPT TO:<alice@example.org> NOTIFY=SUCCESS");
    await client.say("DATA");
    client.write("Subject: x\r\n\r\n.\r\n");
    assert.match(await client.reply(), /^250 2\.0\.0/);
    await world.dueNow();
    await sleep(50);
    assert.deepEqual(smarthost.taken, []);
  });
}
