// The queue and the smarthost behind it: nothing that was acknowledged is lost, what is refused for good comes back once,
// and a server that is away is waited for.

import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { SmarthostDouble } from "../../test/support/smarthost.ts";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";
import { until } from "../../test/support/until.ts";
import type { AccountId } from "../model/ids.ts";
import type { Smarthost } from "./smarthost-connection.ts";

const letter = "From: alice@example.org\r\nSubject: hi\r\n\r\nHello\r\n..dots\r\n";
const day = 24 * 60 * 60_000;

interface Scene extends AsyncDisposable {
  readonly double: SmarthostDouble;
  readonly world: SmtpWorld;
  readonly alice: AccountId;
  /** Submits `letter` from alice; throws when it is not accepted. `mail` and `rcpt` are parameters. */
  submit(recipients: readonly string[], parameters?: { readonly mail?: string; readonly rcpt?: string }): Promise<void>;
}

async function scene(
  how: Partial<Smarthost> = {},
  options: Parameters<typeof SmarthostDouble.open>[0] = {},
): Promise<Scene> {
  await using scope = new AsyncDisposableStack();
  const double = scope.use(await SmarthostDouble.open(options));
  const world = scope.use(await SmtpWorld.open({ smarthost: double.way(how) }));
  const alice = await world.account("alice");
  const listener = await world.listen("submission");
  const held = scope.move();
  return {
    double,
    world,
    alice,
    async submit(recipients, { mail = "", rcpt = "" } = {}) {
      using client = await SmtpDialogue.loggedIn(listener, "alice");
      assert.match(await client.say(`MAIL FROM:<alice@example.org>${mail}`), /^250/);
      for (const recipient of recipients) {
        const octets = Buffer.from(recipient).toString("latin1");
        assert.match(await client.say(`RCPT TO:<${octets}>${rcpt}`), /^250/);
      }
      assert.match(await client.say("DATA"), /^354/);
      client.write(letter);
      assert.match(await client.say("."), /^250/);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const empty = (world: SmtpWorld) => until(async () => (await world.office.queue.waiting()) === 0);

suite("mail for other servers", () => {
  test("goes to the smarthost in one transaction, as it was completed, and local recipients get theirs", async () => {
    await using on = await scene();
    await on.submit(["a@one.example", "b@two.example", "alice@example.org"]);
    await empty(on.world);
    assert.equal((await on.world.messages(on.alice)).length, 1);
    const [taken, more] = on.double.taken;
    assert.equal(more, undefined);
    assert.equal(taken?.sender, "alice@example.org");
    assert.deepEqual(taken?.recipients, ["a@one.example", "b@two.example"]);
    assert.match(
      taken?.text ?? "",
      /^Received: from client\.example\.net [^]*\r\nDate: [^]*\r\nMessage-ID: [^]*\r\nFrom: alice/,
    );
    assert.ok(taken?.text.endsWith("\r\n\r\nHello\r\n.dots\r\n"));
    assert.doesNotMatch(taken?.text ?? "", /Delivered-To|Return-Path/);
  });

  for (const [tls, options] of [
    ["starttls", {}],
    ["tls", { secure: true }],
    ["none", { allowInsecureAuth: true }],
  ] as const) {
    test(`goes with a login over "${tls}"`, async () => {
      const credentials = { user: "dakghar", password: "secret" };
      await using on = await scene({ tls, credentials }, options);
      await on.submit(["a@one.example"]);
      await empty(on.world);
      assert.equal(on.double.taken[0]?.secure, tls !== "none");
      assert.equal(on.double.taken[0]?.user, "dakghar");
    });
  }

  test("stays in the queue while the smarthost has a certificate that nobody trusts, or no TLS", async () => {
    await using on = await scene({ tls: "starttls", trusted: undefined });
    await on.submit(["a@one.example"]);
    await until(() => on.world.queueEvents.some(({ kind }) => kind === "unreachable"));
    const [waiting] = await on.world.office.queue.list(1);
    assert.equal(waiting?.address, "a@one.example");
    await using plain = await scene({ tls: "starttls" }, { disabledCommands: ["STARTTLS"] });
    await plain.submit(["a@one.example"]);
    await until(() => plain.world.queueEvents.some(({ kind }) => kind === "unreachable"));
    assert.equal(plain.double.taken.length + on.double.taken.length, 0);
  });

  test("a wrong password at the smarthost makes mail wait, not bounce", async () => {
    await using on = await scene({ tls: "starttls", credentials: { user: "dakghar", password: "wrong" } });
    await on.submit(["a@one.example"]);
    await until(async () => (await on.world.office.queue.list(1))[0]?.lastReply?.includes("535") === true);
    assert.deepEqual(await on.world.messages(on.alice), []);
  });

  test("what is refused for good comes back to the sender once, and the rest goes", async () => {
    await using on = await scene();
    on.double.toRecipient = (address) => (address.startsWith("no") ? [550, "no such user"] : undefined);
    await on.submit(["nobody@one.example", "a@one.example", "nope@two.example"]);
    await empty(on.world);
    assert.deepEqual(on.double.taken[0]?.recipients, ["a@one.example"]);
    const [report = "", more] = await on.world.messages(on.alice);
    assert.equal(more, undefined);
    assert.match(report, /^Return-Path: <>\r\nDelivered-To: alice@example\.org\r\n/);
    assert.match(report, /^Subject: Your mail could not be delivered\r$/m);
    assert.match(
      report,
      /^Final-Recipient: rfc822; nobody@one\.example\r\nAction: failed\r\nStatus: 5\.1\.1\r\nRemote-MTA: dns; localhost\r\nDiagnostic-Code: smtp; 550 5\.1\.1 no such user\r$/m,
    );
    assert.match(report, /^Final-Recipient: rfc822; nope@two\.example\r$/m);
    assert.deepEqual(
      on.world.queueEvents.map((event) => "recipient" in event && [event.kind, event.recipient]),
      [
        ["bounced", "nobody@one.example"],
        ["sent", "a@one.example"],
        ["bounced", "nope@two.example"],
        ["sent", "alice@example.org"],
      ],
    );
    assert.doesNotMatch(report, /Final-Recipient: rfc822; a@one/);
    assert.match(report, /^Content-Type: message\/rfc822\r$/m);
    assert.match(report, /^Hello\r\n\.dots\r$/m);
  });

  for (const [where, set] of [
    ["the sender", (double: SmarthostDouble) => (double.toSender = () => [550, "who?"])],
    ["the message", (double: SmarthostDouble) => (double.toMessage = () => [554, "spam"])],
  ] as const) {
    test(`a refusal of ${where} for good is reported for all recipients`, async () => {
      await using on = await scene();
      set(on.double);
      await on.submit(["a@one.example", "b@two.example"]);
      await empty(on.world);
      const [report = ""] = await on.world.messages(on.alice);
      assert.equal(report.match(/^Action: failed\r$/gm)?.length, 2);
    });
  }

  test("what is refused with 4yz is tried again, recipient by recipient", async () => {
    await using on = await scene();
    on.double.toRecipient = (address) => (address.startsWith("b") ? [450, "later"] : undefined);
    await on.submit(["a@one.example", "b@one.example"]);
    await until(async () => (await on.world.office.queue.waiting()) === 1);
    const [waiting] = await on.world.office.queue.list(1);
    assert.equal(waiting?.attempts, 1);
    assert.match(waiting?.lastReply ?? "", /450 .*later/);
    const pauseMs = (waiting?.nextAttemptAtMs ?? 0) - Date.now();
    assert.ok(pauseMs > 40_000 && pauseMs < 80_000);
    on.double.toRecipient = () => undefined;
    await on.world.dueNow();
    await empty(on.world);
    assert.deepEqual(
      on.double.taken.map(({ recipients }) => recipients),
      [["a@one.example"], ["b@one.example"]],
    );
    assert.deepEqual(await on.world.messages(on.alice), []);
  });

  test("a smarthost that is away is left alone, and what waited goes when it is back", async () => {
    await using on = await scene();
    const { port } = on.double;
    await on.double.close();
    for (let at = 0; at < 12; at++) await on.submit([`a${at}@one.example`]);
    await until(async () => (await on.world.office.queue.list(20)).every(({ attempts }) => attempts === 1));
    // Four workers may have tried at the same time; the others did not.
    assert.ok(on.world.queueEvents.filter(({ kind }) => kind === "unreachable").length <= 4);
    await on.double.listen(port);
    on.world.endPause();
    await on.submit(["last@one.example"]);
    await until(() => on.double.taken.length === 13);
    await empty(on.world);
    assert.ok(on.double.connections <= 4);
  });

  test("a connection that breaks within the message makes it wait", async () => {
    await using on = await scene();
    let broken = 0;
    on.double.toMessage = () => {
      if (broken++ > 0) return undefined;
      return [421, "going down"];
    };
    await on.submit(["a@one.example"]);
    await until(async () => (await on.world.office.queue.list(1))[0]?.attempts === 1);
    await on.world.dueNow();
    await empty(on.world);
    assert.equal(on.double.taken.length, 1);
  });

  test("after five days and enough attempts the sender hears that it failed; not before", async () => {
    await using on = await scene();
    on.double.toRecipient = () => [450, "busy"];
    await on.submit(["a@one.example"]);
    await until(async () => (await on.world.office.queue.list(1))[0]?.attempts === 1);
    // A clock that has jumped ahead: too few attempts.
    await on.world.age(5 * day, 3);
    await on.world.dueNow();
    await until(async () => (await on.world.office.queue.list(1))[0]?.attempts === 4);
    assert.deepEqual(await on.world.messages(on.alice), []);
    await on.world.age(0, 8);
    await on.world.dueNow();
    await empty(on.world);
    const [report = "", more] = await on.world.messages(on.alice);
    assert.equal(more, undefined);
    assert.match(report, /^Status: 5\.4\.7\r$/m);
    assert.match(report, /Diagnostic-Code: smtp; 450 .*busy/);
  });

  test("who asked to hear of delay hears once; who did not hears nothing", async () => {
    await using on = await scene();
    on.double.toRecipient = () => [450, "busy"];
    await on.submit(["a@one.example"], { rcpt: " NOTIFY=DELAY,FAILURE" });
    await on.submit(["b@one.example"]);
    await until(async () => (await on.world.office.queue.list(2)).every(({ attempts }) => attempts === 1));
    await on.world.age(day / 4, 1);
    for (const attempts of [2, 3]) {
      await on.world.dueNow();
      await until(
        async () => (await on.world.office.queue.list(9)).filter((one) => one.attempts === attempts).length === 2,
      );
    }
    await until(async () => (await on.world.messages(on.alice)).length > 0);
    const [report = "", more] = await on.world.messages(on.alice);
    assert.equal(more, undefined);
    assert.match(report, /^Final-Recipient: rfc822; a@one\.example\r\nAction: delayed\r$/m);
    assert.match(report, /^Will-Retry-Until: /m);
  });

  test("NOTIFY=NEVER is obeyed", async () => {
    await using on = await scene({}, { hideDSN: true });
    on.double.toRecipient = () => [550, "no"];
    await on.submit(["a@one.example"], { rcpt: " NOTIFY=NEVER" });
    await empty(on.world);
    assert.deepEqual(await on.world.messages(on.alice), []);
  });

  test("a report that fails is not reported on (RFC 5321 6.1)", async () => {
    await using on = await scene();
    on.double.toRecipient = () => [550, "no"];
    using client = await SmtpDialogue.loggedIn(await on.world.listen("submission"), "alice");
    assert.match(await client.send(letter, "", "a@one.example"), /^250/);
    await empty(on.world);
    assert.deepEqual(await on.world.messages(on.alice), []);
  });

  test("a server that knows DSN is handed the wishes; for one that does not, success is told as relayed", async () => {
    await using knows = await scene({}, { hideDSN: false });
    await knows.submit(["a@one.example"], {
      mail: " RET=HDRS ENVID=id1",
      rcpt: " NOTIFY=SUCCESS ORCPT=rfc822;b@x.example",
    });
    await empty(knows.world);
    assert.deepEqual(
      { ...(knows.double.taken[0]?.parameters as object), SIZE: "" },
      { BODY: "8BITMIME", SIZE: "", RET: "HDRS", ENVID: "id1" },
    );
    assert.deepEqual(
      { ...(knows.double.taken[0]?.notify[0] as object) },
      { NOTIFY: "SUCCESS", ORCPT: "rfc822;b@x.example" },
    );
    assert.deepEqual(await knows.world.messages(knows.alice), []);
    await using ignorant = await scene({}, { hideDSN: true });
    await ignorant.submit(["a@one.example"], { rcpt: " NOTIFY=SUCCESS" });
    await until(async () => (await ignorant.world.messages(ignorant.alice)).length === 1);
    assert.match((await ignorant.world.messages(ignorant.alice))[0] ?? "", /^Action: relayed\r$/m);
  });

  test("an address beyond ASCII goes only to a server that takes it; its domain alone is no obstacle", async () => {
    await using on = await scene({}, { hideSMTPUTF8: true });
    await on.submit(["a@বাংলা.example"], { mail: " SMTPUTF8" });
    await on.submit(["করিম@two.example"], { mail: " SMTPUTF8" });
    await until(async () => (await on.world.messages(on.alice)).length === 1);
    await empty(on.world);
    assert.equal(on.double.taken.length, 1);
    const [report = ""] = await on.world.messages(on.alice);
    assert.match(report, /report-type="global-delivery-status"/);
    assert.ok(report.includes(`Final-Recipient: utf-8; ${Buffer.from("করিম@two.example").toString("latin1")}\r\n`));
    assert.match(report, /^Status: 5\.6\.7\r$/m);
  });

  test("a large message waits in a file that goes with it", async () => {
    await using on = await scene();
    const queued = join(on.world.spoolFolder, "queued");
    on.double.toMessage = () => [450, "later"];
    using client = await SmtpDialogue.loggedIn(await on.world.listen("submission"), "alice");
    const large = `From: alice@example.org\r\n\r\n${`${"x".repeat(76)}\r\n`.repeat(10_000)}`;
    assert.match(await client.send(large, "alice@example.org", "a@one.example"), /^250/);
    await until(async () => (await on.world.office.queue.list(1))[0]?.attempts === 1);
    assert.equal((await readdir(queued)).length, 1);
    on.double.toMessage = () => undefined;
    await on.world.dueNow();
    await empty(on.world);
    assert.ok(on.double.taken[0]?.text.endsWith(large.slice(large.indexOf("\r\n\r\n"))));
    await until(async () => (await readdir(queued)).length === 0);
  });

  test("a CR or LF that stood alone in a letter does so no more on its way out (RFC 5321 2.3.8)", async () => {
    await using on = await scene();
    const writer = on.world.office.delivery.newLetter();
    await writer.write(Buffer.from("Subject: x\r\n\r\na\n.\nb\r.\rc\r\n.\r\n.d\n"));
    await on.world.office.queue.put(await writer.finish(), {
      name: "bare",
      sender: "",
      account: undefined,
      returned: undefined,
      envelopeId: undefined,
      international: false,
      recipients: [
        { address: "a@one.example", notify: [], originalRecipient: undefined, route: "smarthost", fault: undefined },
      ],
    });
    await empty(on.world);
    assert.equal(on.double.taken[0]?.text, "Subject: x\r\n\r\na\r\n.\r\nb\r\n.\r\nc\r\n.\r\n.d\r\n");
  });

  test("a stop in the middle of an attempt leaves it to the next start; one after it loses nothing of it", async () => {
    await using on = await scene();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answer, resolve: answerIt } = Promise.withResolvers<undefined>();
    on.double.toMessage = () => {
      ask();
      return answer;
    };
    await on.submit(["a@one.example"]);
    await asked;
    await on.world.closeOffice();
    answerIt(undefined);
    on.double.toMessage = () => undefined;
    await on.world.openOffice();
    await empty(on.world);
    // The first was taken too, and nobody was there to hear it.
    assert.ok(on.double.taken.length >= 1);
  });

  test("a start goes on with what was left, and takes its leases over", async () => {
    await using on = await scene();
    on.double.toMessage = () => [450, "later"];
    await on.submit(["a@one.example"]);
    await until(async () => (await on.world.office.queue.list(1))[0]?.attempts === 1);
    await on.world.dueNow();
    await on.world.closeOffice();
    // As if the process had died with the letter in its hands.
    await on.world.leaseAll();
    on.double.toMessage = () => undefined;
    await on.world.openOffice();
    await on.world.dueNow();
    await empty(on.world);
    assert.equal(on.double.taken.length, 1);
  });

  test("files that no row knows are swept at the start", async () => {
    await using on = await scene();
    await on.world.closeOffice();
    await writeFile(join(on.world.spoolFolder, "queued", "0123"), "orphan");
    await on.world.openOffice();
    assert.deepEqual(await readdir(join(on.world.spoolFolder, "queued")), []);
  });

  test("without a smarthost what was queued waits, and comes back when its time is over", async () => {
    await using on = await scene();
    on.double.toMessage = () => [450, "later"];
    await on.submit(["a@one.example"]);
    await until(async () => (await on.world.office.queue.list(1))[0]?.attempts === 1);
    await on.world.closeOffice();
    await on.world.age(6 * day, 8);
    await on.world.openOffice("none");
    await on.world.dueNow();
    await empty(on.world);
    assert.match((await on.world.messages(on.alice))[0] ?? "", /^Status: 5\.4\.7\r$/m);
  });
});
