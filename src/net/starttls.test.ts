// TLS in the middle of a connection and from its first byte: what was said in the clear never counts inside.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { makeTlsPair } from "../../test/support/certificates.ts";
import { hear, Loopback } from "../../test/support/loopback-listener.ts";
import { type Connection, ConnectionClosed } from "./connection.ts";
import { TlsContexts } from "./tls-contexts.ts";

const contexts = new TlsContexts(new Uint8Array(48).fill(1));
contexts.load({ standard: makeTlsPair(), others: [], minVersion: "TLSv1.2" }, Date.now());

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (read: Uint8Array | string) => (typeof read === "string" ? read : new TextDecoder("latin1").decode(read));

/** Answers each chunk with its text; the first that begins with STARTTLS starts TLS. */
async function session(connection: Connection): Promise<void> {
  for (;;) {
    const read = await connection.read();
    if (typeof read === "string") return;
    if (!connection.secure && text(read).startsWith("STARTTLS")) {
      void connection.write(bytes("OK begin\r\n"));
      await connection.startTls(contexts);
    } else await connection.write(bytes(`${connection.secure ? "inside" : "outside"}: ${text(read)}`));
  }
}

suite("STARTTLS", () => {
  test("goes on inside TLS", async () => {
    await using loopback = await Loopback.open(session);
    const plain = await loopback.connect();
    plain.write("hello\r\n");
    assert.equal(await hear(plain, "\n"), "outside: hello\r\n");
    plain.write("STARTTLS\r\n");
    assert.equal(await hear(plain, "\n"), "OK begin\r\n");
    const secure = await loopback.connectTls({ socket: plain });
    secure.write("hello\r\n");
    assert.equal(await hear(secure, "\n"), "inside: hello\r\n");
    assert.deepEqual(loopback.events, []);
  });

  test("throws away what came in the same segment", async () => {
    await using loopback = await Loopback.open(session);
    const plain = await loopback.connect();
    plain.write("STARTTLS\r\nEHLO injected\r\n");
    assert.equal(await hear(plain, "\n"), "OK begin\r\n");
    const secure = await loopback.connectTls({ socket: plain });
    secure.write("hello\r\n");
    assert.equal(await hear(secure, "\n"), "inside: hello\r\n");
  });

  test("throws away what came in later segments while the session was at work", async () => {
    await using loopback = await Loopback.open(async (connection) => {
      await connection.read();
      await sleep(80);
      void connection.write(bytes("OK begin\r\n"));
      await connection.startTls(contexts);
      await session(connection);
    });
    const plain = await loopback.connect();
    for (const segment of ["STARTTLS\r\n", "EHLO ", "injected\r\n", "AUTH PLAIN x\r\n"]) {
      plain.write(segment);
      await sleep(10);
    }
    assert.equal(await hear(plain, "\n"), "OK begin\r\n");
    const secure = await loopback.connectTls({ socket: plain });
    secure.write("hello\r\n");
    assert.equal(await hear(secure, "\n"), "inside: hello\r\n");
  });

  test("never answers plain text that comes after the go-ahead: the handshake fails", async () => {
    for (let round = 0; round < 10; round++) {
      await using loopback = await Loopback.open(session);
      const plain = await loopback.connect();
      plain.write("STARTTLS\r\n");
      assert.equal(await hear(plain, "\n"), "OK begin\r\n");
      plain.write("EHLO injected\r\n");
      assert.doesNotMatch(await hear(plain), /side/);
      assert.deepEqual(loopback.events, []);
    }
  });

  test("a client that sends no handshake is cut", async () => {
    const outcome = Promise.withResolvers<unknown>();
    await using loopback = await Loopback.open(
      async (connection) => {
        await connection.read();
        void connection.write(bytes("OK begin\r\n"));
        outcome.resolve(await connection.startTls(contexts).catch((error: unknown) => error));
      },
      { tickMs: 1_000 },
    );
    const plain = await loopback.connect();
    plain.write("STARTTLS\r\n");
    await hear(plain, "\n");
    const turning = setInterval(() => loopback.wheel.turn(), 1);
    assert.ok((await outcome.promise) instanceof ConnectionClosed);
    clearInterval(turning);
  });

  test("starts once", async () => {
    const outcome = Promise.withResolvers<unknown>();
    await using loopback = await Loopback.open(
      async (connection) => {
        outcome.resolve(await connection.startTls(contexts).catch((error: unknown) => error));
      },
      { implicitTls: contexts },
    );
    await loopback.connectTls();
    assert.match(String(await outcome.promise), /TLS starts once/);
  });
});

suite("TLS from the first byte", () => {
  test("large data crosses in both directions with back-pressure", async () => {
    await using loopback = await Loopback.open(
      async (connection) => {
        for (;;) {
          const read = await connection.read();
          if (typeof read === "string") return;
          await connection.write(read);
        }
      },
      { implicitTls: contexts },
    );
    const client = await loopback.connectTls();
    const sent = Buffer.alloc(5_000_000).map((_, at) => (at * 7) & 0xff);
    client.write(sent);
    client.end();
    assert.ok(Buffer.from(await hear(client), "latin1").equals(sent));
  });

  test("tells version and cipher", async () => {
    const facts: unknown[] = [];
    await using loopback = await Loopback.open(
      async (connection) => {
        facts.push(connection.secure, connection.tls);
        await connection.read();
      },
      { implicitTls: contexts },
    );
    const client = await loopback.connectTls({ maxVersion: "TLSv1.2" });
    client.end();
    await hear(client);
    const [secure, tls] = facts;
    assert.equal(secure, true);
    assert.match(JSON.stringify(tls), /"version":"TLSv1.2","cipher":"TLS_ECDHE_ECDSA_/);
  });

  test("an idle client is told so inside TLS", async () => {
    await using loopback = await Loopback.open(
      async (connection) => {
        connection.idleAfter(30);
        await connection.write(bytes(`* BYE ${text(await connection.read())}\r\n`));
      },
      { implicitTls: contexts },
    );
    assert.equal(await hear(await loopback.connectTls()), "* BYE idle\r\n");
  });

  test("TLS 1.1 is refused", async () => {
    await using loopback = await Loopback.open(session, { implicitTls: contexts });
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await assert.rejects(loopback.connectTls(old));
    await sleep(20);
    assert.deepEqual(
      loopback.events.map(({ kind }) => kind),
      ["handshake-failed"],
    );
  });

  test("plain text on a TLS port ends the connection and nothing else", async () => {
    await using loopback = await Loopback.open(session, { implicitTls: contexts });
    const plain = await loopback.connect();
    plain.write("GET / HTTP/1.1\r\n\r\n");
    assert.doesNotMatch(await hear(plain), /side/);
    const client = await loopback.connectTls();
    client.write("hello\r\n");
    assert.equal(await hear(client, "\n"), "inside: hello\r\n");
  });

  test("a broken record inside TLS ends the session", async () => {
    const outcome = Promise.withResolvers<string>();
    await using loopback = await Loopback.open(async (connection) => outcome.resolve(text(await connection.read())), {
      implicitTls: contexts,
    });
    // A relay that lets the handshake through and then puts garbage on the wire.
    const upstream = connect(loopback.port, "127.0.0.1");
    const client = await loopback.connectTls({ socket: upstream });
    await sleep(20);
    client.removeAllListeners("error").on("error", () => undefined);
    upstream.write(Buffer.from("17030300050000000000", "hex"));
    assert.equal(await outcome.promise, "end");
    upstream.destroy();
  });

  test("a client that wants to renegotiate is cut", async () => {
    await using loopback = await Loopback.open(session, { implicitTls: contexts });
    const client = await loopback.connectTls({ maxVersion: "TLSv1.2" });
    client.write("hello\r\n");
    assert.equal(await hear(client, "\n"), "inside: hello\r\n");
    client.renegotiate({}, () => undefined);
    client.write("hello\r\n");
    await hear(client);
    assert.equal(client.readableEnded || client.destroyed, true);
    assert.deepEqual(loopback.events, []);
  });

  test("a client that hangs up in the handshake leaves nothing behind", async () => {
    await using loopback = await Loopback.open(session, { implicitTls: contexts });
    for (let round = 0; round < 50; round++) {
      const client = await loopback.connect();
      client.write(Buffer.from("160301", "hex"));
      client.resetAndDestroy();
    }
    const last = await loopback.connectTls();
    last.destroy();
    await once(last, "close");
    await sleep(50);
    assert.equal(loopback.listener.connections.size, 0);
    assert.equal(loopback.limits.total, 0);
  });
});
