// Which certificate is served to whom, before and after a reload, and what channel bindings come of it.

import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { suite, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { makeTlsPair } from "../../test/support/certificates.ts";
import { hear, Loopback } from "../../test/support/loopback-listener.ts";
import type { ChannelBindings, ChannelBindingType } from "../model/channel-binding.ts";
import type { Connection } from "./connection.ts";
import { TlsContexts, type TlsSettings } from "./tls-contexts.ts";
import type { TlsPair } from "./tls-pair.ts";

const pairs = {
  main: makeTlsPair({ names: ["mail.example.org"] }),
  wild: makeTlsPair({ names: ["*.example.net"] }),
  other: makeTlsPair({ names: ["imap.example.com"] }),
  next: makeTlsPair({ names: ["mail.example.org"] }),
};
const settings: TlsSettings = { standard: pairs.main, others: [pairs.wild, pairs.other], minVersion: "TLSv1.2" };

function contextsWith(changed: Partial<TlsSettings> = {}): TlsContexts {
  const contexts = new TlsContexts(new Uint8Array(48).fill(1));
  contexts.load({ ...settings, ...changed }, Date.now());
  return contexts;
}

const waiting = async (connection: Connection) => {
  await connection.write(new TextEncoder().encode("hello\r\n"));
  await connection.read();
};
const served = (client: TLSSocket) => client.getPeerX509Certificate()?.fingerprint256;
const fingerprint = (pair: TlsPair) => new X509Certificate(pair.certificate).fingerprint256;

suite("by server name", () => {
  for (const [servername, name] of [
    ["", "main"],
    ["mail.example.org", "main"],
    ["unknown.example.edu", "main"],
    ["a.example.net", "wild"],
    ["A.EXAMPLE.NET", "wild"],
    ["a.b.example.net", "main"],
    ["example.net", "main"],
    ["imap.example.com", "other"],
  ] as const) {
    test(`${servername || "no name"} gets the certificate ${name}`, async () => {
      await using loopback = await Loopback.open(waiting, { implicitTls: contextsWith() });
      const client = await loopback.connectTls({ servername });
      assert.equal(served(client), fingerprint(pairs[name]));
    });
  }

  test("ten thousand random names cost no memory", () => {
    const contexts = contextsWith();
    for (let at = 0; at < 10_000; at++) assert.equal(contexts.pairFor(`${at}.random.example`).pair, pairs.main);
  });

  test("more certificates than are kept ready are served all the same", () => {
    const others = Array.from({ length: 120 }, (_, at) => makeTlsPair({ names: [`${at}.example.org`] }));
    const contexts = contextsWith({ others });
    const choose = contexts.serverOptions().SNICallback;
    let chosen = 0;
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 120; at++)
        choose?.(`${at}.example.org`, (_, context) => (chosen += context === undefined ? 0 : 1));
    }
    assert.equal(chosen, 240);
  });
});

suite("a reload", () => {
  test("serves the new certificate to the next client and leaves the others alone", async () => {
    const contexts = contextsWith();
    await using loopback = await Loopback.open(waiting, { implicitTls: contexts });
    const before = await loopback.connectTls();
    contexts.load({ ...settings, standard: pairs.next }, Date.now());
    const after = await loopback.connectTls();
    assert.equal(served(before), fingerprint(pairs.main));
    assert.equal(served(after), fingerprint(pairs.next));
    assert.equal(await hear(before, "\n"), "hello\r\n");
  });

  test("that fails changes nothing", async () => {
    const contexts = contextsWith();
    const bad = { ...pairs.next, key: pairs.main.key };
    assert.throws(() => contexts.load({ ...settings, standard: bad }, Date.now()), { name: "TlsFault" });
    assert.equal(contexts.pairFor("").pair, pairs.main);
  });

  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    test(`lets ${version} sessions be resumed by their tickets`, async () => {
      const contexts = contextsWith();
      await using loopback = await Loopback.open(waiting, { implicitTls: contexts });
      const tls = { minVersion: version, maxVersion: version };
      const first = await loopback.connectTls(tls);
      const ticket = version === "TLSv1.3" ? (await once(first, "session"))[0] : first.getSession();
      contexts.load(settings, Date.now());
      const second = await loopback.connectTls({ ...tls, session: ticket });
      assert.equal(second.isSessionReused(), true);
    });
  }
});

test("a minimum of TLS 1.3 refuses TLS 1.2", async () => {
  await using loopback = await Loopback.open(waiting, { implicitTls: contextsWith({ minVersion: "TLSv1.3" }) });
  await assert.rejects(loopback.connectTls({ maxVersion: "TLSv1.2" }));
  assert.equal((await loopback.connectTls()).getProtocol(), "TLSv1.3");
});

suite("channel bindings", () => {
  async function bothEnds(
    version: "TLSv1.2" | "TLSv1.3",
    look: (client: TLSSocket, bindings: ChannelBindings) => void,
  ): Promise<void> {
    const opened = Promise.withResolvers<Connection>();
    await using loopback = await Loopback.open(
      async (connection) => {
        opened.resolve(connection);
        await connection.read();
      },
      { implicitTls: contextsWith() },
    );
    const client = await loopback.connectTls({ minVersion: version, maxVersion: version, servername: "a.example.net" });
    const { channelBindings } = await opened.promise;
    assert.ok(channelBindings);
    look(client, channelBindings);
  }
  const hex = (data: Uint8Array | undefined) => (data === undefined ? undefined : Buffer.from(data).toString("hex"));
  const endPoint = createHash("sha256").update(new X509Certificate(pairs.wild.certificate).raw).digest("hex");

  test("over TLS 1.3 both ends know tls-exporter and tls-server-end-point", async () => {
    await bothEnds("TLSv1.3", (client, bindings) => {
      const exported = client.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0));
      assert.equal(hex(bindings("tls-exporter")), exported.toString("hex"));
      assert.equal(hex(bindings("tls-server-end-point")), endPoint);
      assert.equal(bindings("tls-unique"), undefined);
    });
  });

  test("over TLS 1.2 both ends know tls-unique and tls-server-end-point", async () => {
    await bothEnds("TLSv1.2", (client, bindings) => {
      assert.equal(hex(bindings("tls-unique")), client.getFinished()?.toString("hex"));
      assert.equal(hex(bindings("tls-server-end-point")), endPoint);
      assert.equal(bindings("tls-exporter"), undefined);
    });
  });

  test("a resumed TLS 1.2 session offers no tls-unique", async () => {
    const offered: (readonly boolean[])[] = [];
    const types: readonly ChannelBindingType[] = ["tls-unique", "tls-server-end-point"];
    await using loopback = await Loopback.open(
      async (connection) => {
        offered.push(types.map((type) => connection.channelBindings?.(type) !== undefined));
        await waiting(connection);
      },
      { implicitTls: contextsWith() },
    );
    const tls = { maxVersion: "TLSv1.2" } as const;
    const first = await loopback.connectTls(tls);
    const session = first.getSession();
    assert.ok(session);
    const second = await loopback.connectTls({ ...tls, session });
    assert.equal(await hear(second, "\n"), "hello\r\n");
    assert.deepEqual(offered, [
      [true, true],
      [false, true],
    ]);
  });
});
