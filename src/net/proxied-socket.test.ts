// Connections through a proxy, over real sockets: the client's address is everywhere the connection's, and no byte is lost.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { makeTlsPair } from "../../test/support/certificates.ts";
import { hear, Loopback } from "../../test/support/loopback-listener.ts";
import type { Connection } from "./connection.ts";
import { TlsContexts } from "./tls-contexts.ts";

const ownMachine = { address: "127.0.0.0", prefix: 8, family: "ipv4" } as const;

const latin1 = new TextDecoder("latin1");
const say = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Tells the client's address, then gives back what comes. */
const echo = async (connection: Connection): Promise<void> => {
  await connection.write(say(`you are ${connection.remoteAddress}\r\n`));
  for (;;) {
    const read = await connection.read();
    if (typeof read === "string") return;
    await connection.write(say(`<${latin1.decode(read)}>`));
  }
};

const lineOf = (address: string): string => `PROXY TCP4 ${address} 192.0.2.2 56324 25\r\n`;
const binary = Buffer.from(
  "0d0a0d0a000d0a515549540a" +
    "2121002a" +
    "20010db8000000000000000000000001" +
    `${"00".repeat(15)}01` +
    "00010002" +
    "04" +
    "0003" +
    "616263",
  "hex",
);

const contexts = new TlsContexts(new Uint8Array(48));
contexts.load({ standard: makeTlsPair(), others: [], minVersion: "TLSv1.2" }, Date.now());

for (const [version, header, address] of [
  ["1", Buffer.from(lineOf("192.0.2.1")), "192.0.2.1"],
  ["2", binary, "2001:db8::1"],
] as const) {
  test(`version ${version} in one packet with the client's first bytes`, async () => {
    await using loopback = await Loopback.open(echo, { proxyFrom: [ownMachine] });
    const socket = await loopback.connect();
    socket.write(Buffer.concat([header, Buffer.from("EHLO x")]));
    assert.equal(await hear(socket, ">"), `you are ${address}\r\n<EHLO x>`);
    socket.write("more");
    assert.equal(await hear(socket, ">"), "<more>");
  });

  test(`version ${version} byte by byte`, async () => {
    await using loopback = await Loopback.open(echo, { proxyFrom: [ownMachine] });
    const socket = await loopback.connect();
    for (const byte of header) {
      socket.write(Uint8Array.of(byte));
      await sleep(1);
    }
    assert.equal(await hear(socket, "\n"), `you are ${address}\r\n`);
  });

  test(`version ${version} before TLS`, async () => {
    await using loopback = await Loopback.open(echo, { proxyFrom: [ownMachine], implicitTls: contexts });
    const plain = await loopback.connect();
    plain.write(header);
    const socket = await loopback.connectTls({ socket: plain });
    socket.write("inside");
    assert.equal(await hear(socket, ">"), `you are ${address}\r\n<inside>`);
  });
}

test("limits count the client, not its proxy", async () => {
  await using loopback = await Loopback.open(echo, {
    proxyFrom: [ownMachine],
    bounds: { connectionsPerAddressMax: 1 },
  });
  for (const [address, heard] of [
    ["192.0.2.1", "you are 192.0.2.1\r\n"],
    ["192.0.2.1", "no room\r\n"],
    ["192.0.2.3", "you are 192.0.2.3\r\n"],
  ] as const) {
    const socket = await loopback.connect();
    socket.write(lineOf(address));
    assert.equal(await hear(socket, "\n"), heard);
  }
  assert.deepEqual(loopback.events, [{ kind: "refused", remoteAddress: "192.0.2.1", why: "address-full" }]);
});

test("a proxy that looks whether we live is served as itself", async () => {
  await using loopback = await Loopback.open(echo, { proxyFrom: [ownMachine] });
  const socket = await loopback.connect();
  socket.write("PROXY UNKNOWN\r\n");
  assert.equal(await hear(socket, "\n"), "you are 127.0.0.1\r\n");
});

test("who is no trusted proxy is hung up on, whatever it says", async () => {
  await using loopback = await Loopback.open(echo, {
    proxyFrom: [{ address: "192.0.2.0", prefix: 24, family: "ipv4" }],
  });
  const socket = await loopback.connect();
  socket.write(lineOf("192.0.2.1"));
  assert.equal(await hear(socket), "");
  assert.deepEqual(loopback.events, [{ kind: "refused", remoteAddress: "127.0.0.1", why: "no-trusted-proxy" }]);
});

for (const nonsense of [
  "EHLO client.example\r\n",
  "PROXY TCP4 x\r\n",
  "\x16\x03\x01\x02\0",
  "PROXY TCP4 192.0.2.1 1",
]) {
  test(`${JSON.stringify(nonsense)} and no more ends the connection without a word`, async () => {
    await using loopback = await Loopback.open(echo, { proxyFrom: [ownMachine] });
    const socket = await loopback.connect();
    socket.end(nonsense);
    assert.equal(await hear(socket), "");
    assert.deepEqual(loopback.events, [{ kind: "refused", remoteAddress: "127.0.0.1", why: "no-proxy-header" }]);
    assert.equal(loopback.limits.total, 0);
  });
}

test("a header that does not come ends the connection in time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await using loopback = await Loopback.open(echo, { proxyFrom: [ownMachine] });
  const socket = await loopback.connect();
  socket.write("PROXY TCP4 192.0");
  socket.resume();
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(5_000);
  await once(socket, "end");
  assert.deepEqual(
    loopback.events.map((event) => "why" in event && event.why),
    ["no-proxy-header"],
  );
});

test("stopping does not wait for headers", async () => {
  const loopback = await Loopback.open(echo, { proxyFrom: [ownMachine] });
  const socket = await loopback.connect();
  socket.write("PROXY ");
  await sleep(20);
  await loopback[Symbol.asyncDispose]();
  assert.deepEqual(
    loopback.events.map((event) => "why" in event && event.why),
    ["no-proxy-header"],
  );
});

test("curl --haproxy-protocol is served", async (t) => {
  const run = promisify(execFile);
  if ((await run("curl", ["--version"]).catch(() => undefined)) === undefined) return t.skip("curl is not installed");
  const tell = async (connection: Connection): Promise<void> => {
    await connection.read();
    await connection.write(say(`you are ${connection.remoteAddress}\r\n`));
  };
  await using loopback = await Loopback.open(tell, { proxyFrom: [ownMachine] });
  const way = ["-sS", "--max-time", "5", "--http0.9", "--haproxy-protocol"];
  const { stdout } = await run("curl", [...way, `http://127.0.0.1:${loopback.port}/`]);
  assert.equal(stdout, "you are 127.0.0.1\r\n");
});
