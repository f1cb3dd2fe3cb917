// Accepting and stopping: limits, good-byes, sessions that fail, the sockets it can listen on.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { makeTlsPair } from "../../test/support/certificates.ts";
import { hear, Loopback } from "../../test/support/loopback-listener.ts";
import { AcceptLimits } from "./accept-limits.ts";
import type { Connection } from "./connection.ts";
import { DeadlineWheel } from "./deadline-wheel.ts";
import { type BindPoint, Listener } from "./listener.ts";
import { TlsContexts } from "./tls-contexts.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const polite = async (connection: Connection) => {
  await connection.write(bytes("hello\r\n"));
  for (;;) {
    const read = await connection.read();
    if (read === "stopping") await connection.write(bytes("* BYE stopping\r\n"));
    if (typeof read === "string") return;
  }
};

function openAt(at: BindPoint, serve: (connection: Connection) => Promise<void>): Promise<Listener> {
  const bounds = { connectionsMax: 10, connectionsPerAddressMax: 10, newPerMinutePerAddressMax: 10 };
  const clock = { nowMs: () => 0, monotonicMs: () => 0 };
  return Listener.open({
    at,
    implicitTls: undefined,
    limits: new AcceptLimits(bounds, clock),
    wheel: new DeadlineWheel(1_000),
    serve,
    refusalLine: bytes("no room\r\n"),
    report: () => undefined,
  });
}

test("a client over the limits is told so, and its place is free again when another goes", async () => {
  await using loopback = await Loopback.open(polite, { bounds: { connectionsMax: 1 } });
  const first = await loopback.connect();
  assert.equal(await hear(first, "\n"), "hello\r\n");
  assert.equal(await hear(await loopback.connect()), "no room\r\n");
  assert.deepEqual(loopback.events, [{ kind: "refused", remoteAddress: "127.0.0.1", why: "server-full" }]);
  first.end();
  await hear(first);
  await sleep(20);
  assert.equal(await hear(await loopback.connect(), "\n"), "hello\r\n");
});

test("a client over the limits of a TLS listener is hung up on before the handshake", async () => {
  const contexts = new TlsContexts(new Uint8Array(48));
  contexts.load({ standard: makeTlsPair(), others: [], minVersion: "TLSv1.2" }, Date.now());
  await using loopback = await Loopback.open(polite, { implicitTls: contexts, bounds: { connectionsMax: 1 } });
  assert.equal(await hear(await loopback.connectTls(), "\n"), "hello\r\n");
  await assert.rejects(loopback.connectTls());
});

test("stopping lets each session say good-bye and then refuses new clients", async () => {
  await using loopback = await Loopback.open(polite);
  const clients = await Promise.all([loopback.connect(), loopback.connect(), loopback.connect()]);
  for (const client of clients) assert.equal(await hear(client, "\n"), "hello\r\n");
  const { port } = loopback;
  const stopped = loopback.listener.stop(5_000);
  for (const client of clients) {
    assert.equal(await hear(client), "* BYE stopping\r\n");
    client.end();
  }
  await stopped;
  assert.equal(loopback.listener.connections.size, 0);
  assert.equal(loopback.limits.total, 0);
  await assert.rejects(once(connect(port, "127.0.0.1"), "connect"), { code: "ECONNREFUSED" });
});

test("a session at work finishes its command before the good-bye", async () => {
  await using loopback = await Loopback.open(async (connection) => {
    await connection.read();
    await sleep(60);
    await connection.write(bytes("A1 OK done\r\n"));
    await polite(connection);
  });
  const client = await loopback.connect();
  client.write("A1 APPEND\r\nA2 NOOP\r\n");
  await sleep(20);
  const stopped = loopback.listener.stop(5_000);
  assert.equal(await hear(client), "A1 OK done\r\nhello\r\n* BYE stopping\r\n");
  client.end();
  await stopped;
});

test("a session that does not end is cut when its grace is over", async () => {
  await using loopback = await Loopback.open(async (connection) => {
    await new Promise<void>((resolve) => connection.signal.addEventListener("abort", () => resolve()));
  });
  const client = await loopback.connect();
  await sleep(20);
  await loopback.listener.stop(50);
  assert.equal(await hear(client), "");
});

test("a session that throws is reported, cut, and takes no other down", async () => {
  await using loopback = await Loopback.open(async (connection) => {
    if ((await connection.read()) !== "end") throw new RangeError("a bug");
  });
  const [bad, good] = [await loopback.connect(), await loopback.connect()];
  bad.write("x");
  assert.equal(await hear(bad), "");
  bad.end();
  await sleep(20);
  assert.equal(loopback.events[0]?.kind, "session-failed");
  assert.equal(good.destroyed, false);
  assert.equal(loopback.listener.connections.size, 1);
});

test("a port in use is an error that names itself", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  assert.ok(typeof address === "object" && address !== null);
  await assert.rejects(openAt({ host: "127.0.0.1", port: address.port }, polite), { code: "EADDRINUSE" });
  taken.close();
});

test("a UNIX socket is served, and its clients are local", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dakghar-net-"));
  const path = join(folder, "lmtp.sock");
  const seen: string[] = [];
  const listener = await openAt({ path }, async (connection) => {
    seen.push(connection.remoteAddress);
    await polite(connection);
  });
  const client = connect(path);
  assert.equal(await hear(client, "\n"), "hello\r\n");
  assert.deepEqual(seen, ["local"]);
  assert.equal(listener.port, undefined);
  client.end();
  await listener.stop(1_000);
  await rm(folder, { recursive: true });
});

test("an IPv4 client of an IPv6 socket is known by its IPv4 address", async (t) => {
  const seen = Promise.withResolvers<string>();
  const opened = openAt({ host: "::", port: 0 }, async (connection) => seen.resolve(connection.remoteAddress));
  const listener = await opened.catch(() => undefined);
  if (listener === undefined) return t.skip("this machine has no IPv6");
  const client = connect(listener.port ?? 0, "127.0.0.1");
  assert.equal(await seen.promise, "127.0.0.1");
  client.destroy();
  await listener.stop(1_000);
});

test("a thousand clients come and go at once and leave nothing behind", async () => {
  await using loopback = await Loopback.open(polite);
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => loopback.connect()));
  await Promise.all(clients.map((client) => hear(client, "\n")));
  assert.equal(loopback.listener.connections.size, 1_000);
  for (const client of clients) client.destroy();
  for (let wait = 0; wait < 100 && loopback.limits.total > 0; wait++) await sleep(20);
  assert.equal(loopback.limits.total, 0);
  assert.equal(loopback.listener.connections.size, 0);
});

test("a socket that systemd opened is served", async () => {
  const opened = createServer().listen(0, "127.0.0.1");
  await once(opened, "listening");
  const address = opened.address();
  assert.ok(typeof address === "object" && address !== null);
  const script = `
    import { AcceptLimits } from ${JSON.stringify(import.meta.resolve("./accept-limits.ts"))};
    import { DeadlineWheel } from ${JSON.stringify(import.meta.resolve("./deadline-wheel.ts"))};
    import { Listener } from ${JSON.stringify(import.meta.resolve("./listener.ts"))};
    const listener = await Listener.open({
      at: { fd: 3 },
      limits: new AcceptLimits({ connectionsMax: 9, connectionsPerAddressMax: 9, newPerMinutePerAddressMax: 9 }, performance),
      wheel: new DeadlineWheel(1_000),
      serve: async (connection) => {
        await connection.write(new TextEncoder().encode("hello from descriptor 3\\r\\n"));
        await connection.close();
        process.exit();
      },
    });`;
  const descriptor: unknown = Reflect.get(Object(Reflect.get(opened, "_handle")), "fd");
  assert.ok(typeof descriptor === "number");
  const server = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "inherit", "inherit", descriptor],
  });
  opened.close();
  const client = connect(address.port, "127.0.0.1");
  assert.equal(await hear(client), "hello from descriptor 3\r\n");
  client.end();
  await once(server, "exit");
});
