// What does our connection cost beside a bare net.Socket: CPU of the server for one short request and its reply, and
// memory of an idle client, in the clear and over TLS?  node bench/connection-echo.ts

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect as connectPlain, createServer, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, TLSSocket } from "node:tls";
import { AcceptLimits } from "../src/net/accept-limits.ts";
import { DeadlineWheel } from "../src/net/deadline-wheel.ts";
import { Listener } from "../src/net/listener.ts";
import { TlsContexts } from "../src/net/tls-contexts.ts";
import { makeTlsPair } from "../test/support/certificates.ts";

const kinds = ["bare", "ours", "bare-tls", "ours-tls"] as const;
type Kind = (typeof kinds)[number];
interface Facts {
  readonly cpuUs: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
}

const reply = new TextEncoder().encode("a001 OK NOOP completed\r\n");
const request = Buffer.from("a001 NOOP\r\n");
const [warmUps, roundTrips, clients, idlers] = [20_000, 100_000, 4, 1_000];

const asServer = process.argv[2];
if (asServer === undefined) await compare();
else await serve(asServer);

async function compare(): Promise<void> {
  const rows: Record<string, Record<string, string>> = {};
  for (const kind of kinds) {
    const server = fork(import.meta.filename, [kind], { execArgv: ["--expose-gc"] });
    const [port] = await once(server, "message");
    await talk(kind, port, warmUps);
    const before = await facts(server);
    await talk(kind, port, roundTrips);
    const talked = await facts(server);
    const idle = await Promise.all(Array.from({ length: idlers }, () => open(kind, port)));
    const held = await facts(server);
    rows[kind] = {
      "CPU us a round trip": ((talked.cpuUs - before.cpuUs) / roundTrips).toFixed(2),
      "RSS KB an idle client": ((held.rssBytes - talked.rssBytes) / idlers / 1_024).toFixed(1),
      "heap KB an idle client": ((held.heapBytes - talked.heapBytes) / idlers / 1_024).toFixed(1),
    };
    for (const socket of idle) socket.destroy();
    server.kill();
    await once(server, "exit");
  }
  console.table(rows);
}

async function open(kind: Kind, port: number): Promise<Socket> {
  const socket = kind.endsWith("tls")
    ? connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false })
    : connectPlain({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, kind.endsWith("tls") ? "secureConnect" : "connect");
  socket.write(request);
  await once(socket, "data");
  return socket;
}

async function talk(kind: Kind, port: number, times: number): Promise<void> {
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = await open(kind, port);
      let left = times / clients;
      socket.on("data", () => {
        left -= 1;
        if (left > 0) socket.write(request);
        else socket.end();
      });
      socket.write(request);
      await once(socket, "close");
    }),
  );
}

async function facts(server: ChildProcess): Promise<Facts> {
  server.send("facts");
  const [answer] = await once(server, "message");
  return answer;
}

async function serve(kind: string): Promise<void> {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    process.send?.({ cpuUs: user + system, rssBytes: rss, heapBytes: heapUsed } satisfies Facts);
  });
  process.send?.(kind.startsWith("bare") ? await serveBare(kind) : await serveOurs(kind));
}

async function serveBare(kind: string): Promise<number> {
  const { certificate, key } = makeTlsPair();
  const secureContext = createSecureContext({ cert: Buffer.from(certificate), key: Buffer.from(key) });
  const server = createServer({ noDelay: true }, (accepted) => {
    const socket = kind === "bare" ? accepted : new TLSSocket(accepted, { isServer: true, secureContext });
    socket.on("data", () => socket.write(reply));
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function serveOurs(kind: string): Promise<number> {
  const contexts = new TlsContexts(new Uint8Array(48));
  contexts.load({ standard: makeTlsPair(), others: [], minVersion: "TLSv1.2" }, Date.now());
  const bounds = { connectionsMax: 10_000, connectionsPerAddressMax: 1, newPerMinutePerAddressMax: 1 };
  const listener = await Listener.open({
    at: { host: "127.0.0.1", port: 0 },
    implicitTls: kind === "ours" ? undefined : contexts,
    limits: new AcceptLimits(bounds, { nowMs: () => Date.now(), monotonicMs: () => performance.now() }),
    wheel: new DeadlineWheel(1_000).start(),
    refusalLine: reply,
    report: (event) => console.error(event),
    serve: async (connection) => {
      connection.idleAfter(1_800_000);
      while (typeof (await connection.read()) !== "string") {
        const behind = connection.write(reply);
        if (behind !== undefined) await behind;
      }
    },
  });
  return listener.port ?? 0;
}
