// SCRAM-SHA-256 and -PLUS: RFC 7677's exchange, hostile messages, and the rules of channel binding.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { countingEntropy, MemoryCredentials } from "../../test/support/credentials.ts";
import { type ScramLogin, scramFinal, scramFirst } from "../../test/support/scram-client.ts";
import { utf8 } from "../base/bytes.ts";
import type { ChannelBindings } from "../model/channel-binding.ts";
import { asAccountId } from "../model/ids.ts";
import type { CredentialPort, Verified } from "./credential-port.ts";
import type { Exchange, Mechanism, SaslContext } from "./mechanism.ts";
import { scramExchange } from "./scram.ts";
import { scramSha256 } from "./scram-sha-256.ts";
import { scramSha256Plus } from "./scram-sha-256-plus.ts";
import { scramVerifierOf } from "./scram-verifier.ts";

const bengali = "করিম@example.org";
const malformed = { problem: { kind: "sasl-response-invalid" } };
const wrong = { problem: { kind: "credentials-wrong" } };
const exporterData = new Uint8Array(32).fill(7);
const overTls: ChannelBindings = (type) => (type === "tls-exporter" ? exporterData : undefined);

function context(channelBindings?: ChannelBindings): SaslContext & { readonly credentials: MemoryCredentials } {
  return {
    credentials: new MemoryCredentials({ "rahim@example.org": "s3cret", [bengali]: "গোপন কথা", "a,b=c": "s3cret" }),
    source: { remoteAddress: "192.0.2.1", protocol: "imap" },
    entropy: countingEntropy,
    channelBindings,
  };
}

async function challenge(exchange: Exchange, response?: string): Promise<string> {
  const step = await (response === undefined ? exchange.next() : exchange.next(utf8(response)));
  assert.equal(step.done, false);
  return new TextDecoder().decode(step.value as Uint8Array);
}

async function logIn(mechanism: Mechanism, login: ScramLogin, within: SaslContext): Promise<Verified> {
  const exchange = mechanism.start(within, utf8(scramFirst(login)));
  const final = scramFinal(login, await challenge(exchange));
  assert.equal(await challenge(exchange, final.message), final.serverFinal);
  const step = await exchange.next(new Uint8Array());
  assert.ok(step.done);
  return step.value;
}

const rahim: ScramLogin = { user: "rahim@example.org", password: "s3cret", gs2Header: "n,," };

suite("SCRAM-SHA-256", () => {
  test("reproduces the exchange of RFC 7677 section 3", async () => {
    const known: Verified = { accountId: asAccountId("0123456789abcdef"), address: "user" };
    const credentials: CredentialPort = {
      verifyPassword: () => assert.fail("SCRAM verifies no password"),
      scramVerifier: () => scramVerifierOf("pencil", Uint8Array.fromBase64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096),
      settleScram: async () => known,
    };
    const exchange = scramExchange({ ...context(), credentials }, utf8("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"), {
      plus: "bare",
      serverNonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
    });
    assert.equal(
      await challenge(exchange),
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    );
    assert.equal(
      await challenge(
        exchange,
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
      ),
      "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    );
    assert.deepEqual(await exchange.next(new Uint8Array()), { done: true, value: known });
  });

  test("sends an empty challenge when there is no initial response", async () => {
    const exchange = scramSha256.start(context(), undefined);
    assert.equal(await challenge(exchange), "");
    assert.match(await challenge(exchange, scramFirst(rahim)), /^r=clientNonceAAECAwQFBgcICQoLDA0ODxAR,s=.*,i=1$/);
  });

  test("logs in a user with a Bengali name and password", async () => {
    const verified = await logIn(scramSha256, { ...rahim, user: bengali, password: "গোপন কথা" }, context());
    assert.equal(verified.address, bengali);
  });

  test("reads =2C and =3D in a user name", async () => {
    assert.equal((await logIn(scramSha256, { ...rahim, user: "a,b=c" }, context())).address, "a,b=c");
  });

  test("accepts an authzid equal to the user name", async () => {
    const login = { ...rahim, gs2Header: `n,a=${rahim.user},` };
    assert.equal((await logIn(scramSha256, login, context())).address, rahim.user);
  });

  test("counts a right proof once and a wrong one once", async () => {
    const right = context();
    await logIn(scramSha256, rahim, right);
    assert.deepEqual(
      right.credentials.asked.map(({ ask }) => ask),
      ["scram-verifier", "scram-right"],
    );
    const mistaken = context();
    await assert.rejects(logIn(scramSha256, { ...rahim, password: "secret" }, mistaken), wrong);
    assert.deepEqual(
      mistaken.credentials.asked.map(({ ask }) => ask),
      ["scram-verifier", "scram-wrong"],
    );
  });

  test("takes an unknown user through the same steps to the same refusal", async () => {
    const login = { ...rahim, user: "nobody@example.org" };
    const first = await challenge(scramSha256.start(context(), utf8(scramFirst(login))));
    const again = await challenge(scramSha256.start(context(), utf8(scramFirst(login))));
    assert.equal(first, again);
    const exchange = scramSha256.start(context(), utf8(scramFirst(login)));
    const final = scramFinal(login, await challenge(exchange));
    await assert.rejects(exchange.next(utf8(final.message)), wrong);
  });

  test("refuses a proof under another nonce", async () => {
    const exchange = scramSha256.start(context(), utf8(scramFirst(rahim)));
    const { message } = scramFinal(rahim, (await challenge(exchange)).replace(/^r=[^,]*/, "r=clientNonceOther"));
    await assert.rejects(exchange.next(utf8(message)), wrong);
  });

  test("wants an empty response to its signature", async () => {
    const exchange = scramSha256.start(context(), utf8(scramFirst(rahim)));
    const { message } = scramFinal(rahim, await challenge(exchange));
    await challenge(exchange, message);
    await assert.rejects(exchange.next(utf8("x")), malformed);
  });

  for (const first of [
    "",
    "n",
    "n,,",
    "n,,n=user",
    "n,,n=,r=abc",
    "n,,n=user,r=",
    "n,,n=user,r=a b",
    "n,,n=us=er,r=abc",
    "n,,n=us=2cer,r=abc",
    "n,,n=us\0er,r=abc",
    "n,,m=ext,n=user,r=abc",
    "n,,r=abc,n=user",
    "n,,n=user,r=abc,",
    "n,,n=user,r=abc,xyz",
    "n,a=,n=user,r=abc",
    "n,b=x,n=user,r=abc",
    "z,,n=user,r=abc",
    "p=,,n=user,r=abc",
    "p=tls-exporter,,n=user,r=abc",
    "n=user,r=abc",
  ]) {
    test(`refuses the first message ${JSON.stringify(first)}`, async () => {
      const asked = context();
      await assert.rejects(scramSha256.start(asked, utf8(first)).next(), malformed);
      assert.deepEqual(asked.credentials.asked, []);
    });
  }

  for (const final of [
    "",
    "c=biws",
    "c=biws,r=abc",
    "c=biws,r=abc,p=",
    "c=bi ws,r=abc,p=AAAA",
    "c=biws,r=abc,p=A",
    "c=biws,p=AAAA,r=abc",
    "c=biws,r=abc,p=AAAA,x=y",
    "r=abc,c=biws,p=AAAA",
  ]) {
    test(`refuses the final message ${JSON.stringify(final)}`, async () => {
      const asked = context();
      const exchange = scramSha256.start(asked, utf8(scramFirst(rahim)));
      await challenge(exchange);
      await assert.rejects(exchange.next(utf8(final)), malformed);
    });
  }

  test("refuses a proof of the wrong length", async () => {
    const exchange = scramSha256.start(context(), utf8(scramFirst(rahim)));
    const nonce = (await challenge(exchange)).split(",")[0];
    await assert.rejects(exchange.next(utf8(`c=biws,${nonce},p=AAAA`)), wrong);
  });

  test("refuses to act for another user", async () => {
    const asked = context();
    const login = { ...rahim, gs2Header: "n,a=karim@example.org," };
    await assert.rejects(logIn(scramSha256, login, asked), wrong);
    assert.deepEqual(asked.credentials.asked, []);
  });
});

suite("channel binding", () => {
  const bound: ScramLogin = { ...rahim, gs2Header: "p=tls-exporter,,", channelBinding: exporterData };

  test("SCRAM-SHA-256-PLUS logs in over the connection that the client sees", async () => {
    assert.equal((await logIn(scramSha256Plus, bound, context(overTls))).address, rahim.user);
  });

  test("SCRAM-SHA-256-PLUS refuses a client that sees another connection", async () => {
    const login = { ...bound, channelBinding: new Uint8Array(32).fill(8) };
    await assert.rejects(logIn(scramSha256Plus, login, context(overTls)), wrong);
  });

  test("the flag y is a downgrade where -PLUS is offered, and fails", async () => {
    await assert.rejects(logIn(scramSha256, { ...rahim, gs2Header: "y,," }, context(overTls)), wrong);
  });

  test("the flag y is right where no channel binding is offered", async () => {
    assert.equal((await logIn(scramSha256, { ...rahim, gs2Header: "y,," }, context())).address, rahim.user);
  });

  test("the flag n is right over TLS: that client knows no channel binding", async () => {
    assert.equal((await logIn(scramSha256, rahim, context(overTls))).address, rahim.user);
  });

  test("a flag changed on the way is noticed by its copy under the proof", async () => {
    const exchange = scramSha256.start(context(overTls), utf8(scramFirst(rahim)));
    const { message } = scramFinal({ ...rahim, gs2Header: "y,," }, await challenge(exchange));
    await assert.rejects(exchange.next(utf8(message)), wrong);
  });

  for (const [why, header, bindings] of [
    ["a type that the connection cannot give", "p=tls-unique,,", overTls],
    ["a type nobody knows", "p=x-my-own,,", overTls],
    ["no binding at all", "n,,", overTls],
    ["no binding offered", "y,,", overTls],
    ["a connection without TLS", "p=tls-exporter,,", undefined],
  ] as const) {
    test(`SCRAM-SHA-256-PLUS refuses ${why}`, async () => {
      await assert.rejects(logIn(scramSha256Plus, { ...rahim, gs2Header: header }, context(bindings)), malformed);
    });
  }
});
