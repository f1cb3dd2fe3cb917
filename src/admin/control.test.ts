// The control socket: it serves its owner, and nothing that arrives harms the server.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { adminFixture } from "../../test/support/admin.ts";
import { controlRequestBytesMax } from "../base/limits.ts";
import { AcceptLimits } from "../net/accept-limits.ts";
import { DeadlineWheel } from "../net/deadline-wheel.ts";
import { Listener } from "../net/listener.ts";
import { askControl, connectControl } from "./control-client.ts";
import { serveControl } from "./control-session.ts";

async function controlled() {
  const admin = await adminFixture();
  const path = join(admin.folder, "control.sock");
  const wheel = new DeadlineWheel(50).start();
  const bounds = { connectionsMax: 20, connectionsPerAddressMax: 20, newPerMinutePerAddressMax: 1_000 };
  const failed: unknown[] = [];
  const listener = await Listener.open({
    at: { path },
    implicitTls: undefined,
    limits: new AcceptLimits(bounds, admin.clock),
    wheel,
    serve: (connection) => serveControl(connection, admin),
    refusalLine: new Uint8Array(),
    report: (event) => void failed.push(event),
  });
  const open = async (): Promise<Socket> => {
    const socket = connect(path);
    await once(socket, "connect");
    return socket;
  };
  return {
    ...admin,
    path,
    failed,
    open,
    /** All that comes back for `text` until the server closes, or as many lines as asked for. */
    hear: async (text: string | Uint8Array, linesMax = Infinity): Promise<string[]> => {
      const socket = await open();
      socket.on("error", () => undefined);
      socket.write(text);
      let heard = "";
      for await (const chunk of socket) {
        heard += String(chunk);
        if (heard.split("\n").length > linesMax) break;
      }
      socket.destroy();
      return heard.split("\n").filter((line) => line !== "");
    },
    async [Symbol.asyncDispose]() {
      await listener.stop(100);
      wheel[Symbol.dispose]();
      await admin[Symbol.asyncDispose]();
    },
  };
}

test("requests are answered one after another on one connection", async () => {
  await using control = await controlled();
  const requests = [
    { verb: "domain add", given: { domain: "উদাহরণ.বাংলা" } },
    { verb: "domain add", given: { domain: "উদাহরণ.বাংলা" } },
    { verb: "domain list" },
  ];
  const [added, refused, listed] = await control.hear(requests.map((one) => `${JSON.stringify(one)}\n`).join(""), 3);
  assert.match(added ?? "", /^\{"outcome":/);
  assert.match(refused ?? "", /"kind":"refused".*"problem":"domain-exists"/);
  assert.match(listed ?? "", /উদাহরণ\.বাংলা/);
});

const unreadable = [
  ["no JSON", "GET / HTTP/1.1\r\n\r\n"],
  ["an array", "[]\n"],
  ["null", "null\n"],
  ["a number as verb", '{"verb":1}\n'],
  ["given as text", '{"verb":"check","given":"x"}\n'],
  ["a number as argument", '{"verb":"check","given":{"address":1}}\n'],
  ["an object as argument", '{"verb":"check","given":{"address":{}}}\n'],
  ["broken UTF-8", Uint8Array.of(0xff, 0xfe, 0x0a)],
  ["NULs", "\0\0\0\n"],
  ["a line without end", "x".repeat(controlRequestBytesMax + 100)],
  ["a line that is too long", `${"x".repeat(controlRequestBytesMax + 100)}\n`],
  ["deep nesting", `${"[".repeat(60_000)}\n`],
] as const;

test("what is no request gets a fault, and the server goes on", async () => {
  await using control = await controlled();
  for (const [name, text] of unreadable) {
    const heard = await control.hear(text);
    assert.equal(heard.length, 1, name);
    assert.match(heard[0] ?? "", /"kind":"unreadable"/, name);
  }
  assert.match((await control.hear('{"verb":"domain list"}\n', 1))[0] ?? "", /outcome/);
  assert.deepEqual([control.failed, control.bugs], [[], []]);
});

test("arguments that reach for the language's own properties are not known", async () => {
  await using control = await controlled();
  for (const name of ["__proto__", "constructor", "toString"]) {
    const [heard] = await control.hear(`{"verb":"domain list","given":{${JSON.stringify(name)}:"x"}}\n`, 1);
    assert.match(heard ?? "", /"kind":"usage"/, name);
  }
  const [missing] = await control.hear('{"verb":"domain add","given":{"__proto__":"x"}}\n', 1);
  assert.match(missing ?? "", /"kind":"usage"/);
  const [unknown] = await control.hear('{"verb":"constructor"}\n', 1);
  assert.match(unknown ?? "", /no such verb/);
});

test("a request that arrives byte by byte is read, and one that ends in the middle is dropped", async () => {
  await using control = await controlled();
  const socket = await control.open();
  for (const byte of new TextEncoder().encode('{"verb":"domain add","given":{"domain":"উদাহরণ.বাংলা"}}\n')) {
    socket.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [answer] = await once(socket, "data");
  assert.match(String(answer), /outcome/);
  socket.destroy();
  const half = await control.open();
  half.end('{"verb":"domain add"');
  await once(half.resume(), "close");
  assert.deepEqual(control.failed, []);
});

test("a client that leaves while its verb runs harms nobody", async () => {
  await using control = await controlled();
  await control.say("domain add", { domain: "example.org" });
  for (let at = 0; at < 10; at++) {
    const socket = await control.open();
    socket.on("error", () => undefined);
    socket.write('{"verb":"check"}\n'.repeat(100));
    socket.destroy();
  }
  assert.match((await control.hear('{"verb":"domain list"}\n', 1))[0] ?? "", /example\.org/);
  assert.deepEqual([control.failed, control.bugs], [[], []]);
});

test("the command line's end asks and hears the outcome", async () => {
  await using control = await controlled();
  const socket = await connectControl(control.path);
  assert.ok(socket !== undefined);
  const result = await askControl(socket, { verb: "check", given: {} }, () => undefined);
  assert.ok("outcome" in result);
  assert.deepEqual(result.outcome.data, { accounts: 0, problems: [] });
});

test("nobody is there where nobody listens", async () => {
  await using control = await controlled();
  assert.equal(await connectControl(join(control.folder, "nothing.sock")), undefined);
});
