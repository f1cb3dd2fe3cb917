// Compression above a connection: every octet arrives, at the pace of who takes it, and no client makes the server inflate
// more than it may.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { constants, deflateRawSync } from "node:zlib";
import { deflated } from "../../test/support/deflated.ts";
import { Loopback } from "../../test/support/loopback-listener.ts";
import {
  inflationAllowanceBytesMax,
  inflationRatioMax,
  inflationSilentBytesMax,
  queuedInputBytesMax,
} from "../base/limits.ts";
import { ConnectionClosed } from "./connection.ts";
import { DeflateLayer } from "./deflate-layer.ts";

const nothing = new Uint8Array(0);
/** An empty stored block, as each flush ends (RFC 1951 3.2.4). */
const emptyBlock = Buffer.from([0, 0, 0, 0xff, 0xff]);
const flushed = { finishFlush: constants.Z_SYNC_FLUSH };

/** What the layer reads of what `say` sends, and the end of it. */
async function readAll(
  say: (client: Socket) => void,
  { unread = nothing, expectedBytes = 0 } = {},
): Promise<{ readonly bytes: number; readonly end: string }> {
  const read = Promise.withResolvers<{ readonly bytes: number; readonly end: string }>();
  await using loopback = await Loopback.open(async (connection) => {
    using layer = new DeflateLayer(connection, unread);
    layer.expect(expectedBytes);
    for (let bytes = 0; ; ) {
      const piece = await layer.read();
      if (typeof piece === "string") return read.resolve({ bytes, end: piece });
      bytes += piece.length;
    }
  });
  say(await loopback.connect());
  return await read.promise;
}

suite("both ways", () => {
  test("what is sent comes back octet for octet, whatever its size", async () => {
    await using loopback = await Loopback.open(async (connection) => {
      using layer = new DeflateLayer(connection, nothing);
      for (;;) {
        const piece = await layer.read();
        if (typeof piece === "string") break;
        await layer.write(piece);
      }
      await layer.handOver();
    });
    const client = deflated(await loopback.connect());
    const sent = Buffer.concat([randomBytes(500_000), Buffer.alloc(500_000, "text "), randomBytes(300)]);
    client.end(sent);
    const heard: Buffer[] = [];
    for await (const piece of client) heard.push(Buffer.from(piece));
    assert.ok(Buffer.concat(heard).equals(sent));
  });

  test("each reply can be read whole as soon as it is said", async () => {
    await using loopback = await Loopback.open(async (connection) => {
      using layer = new DeflateLayer(connection, nothing);
      for (const word of ["one", "two", "three"]) {
        void layer.write(Buffer.from(word));
        await layer.read();
      }
    });
    const client = deflated(await loopback.connect());
    for (const word of ["one", "two", "three"]) {
      const [heard] = await once(client, "data");
      assert.equal(String(heard), word);
      client.write("go on");
    }
  });

  test("what came before the layer began is inflated first", async () => {
    const unread = deflateRawSync("before ", flushed);
    const { bytes, end } = await readAll((client) => client.end(deflateRawSync("after")), { unread });
    assert.deepEqual({ bytes, end }, { bytes: 12, end: "end" });
  });

  test("the end of the client's stream reads as its end, whatever follows it", async () => {
    const { bytes, end } = await readAll((client) => {
      client.write(Buffer.concat([deflateRawSync("all"), Buffer.from("more")]));
      setTimeout(() => client.write("and more"), 20);
    });
    assert.deepEqual({ bytes, end }, { bytes: 3, end: "end" });
  });

  test("a server that stops is not kept by what can still be inflated", async () => {
    const read = Promise.withResolvers<unknown>();
    await using loopback = await Loopback.open(async (connection) => {
      using layer = new DeflateLayer(connection, nothing);
      await layer.read();
      connection.askToStop();
      read.resolve(await layer.read());
    });
    (await loopback.connect()).write(deflateRawSync(Buffer.alloc(500_000), flushed));
    assert.equal(await read.promise, "stopping");
  });
});

suite("at the other's pace", () => {
  test("a client whose octets nobody asks for can send no more than the kernel holds", async () => {
    const held = Promise.withResolvers<void>();
    await using loopback = await Loopback.open(async (connection) => {
      using layer = new DeflateLayer(connection, nothing);
      await layer.read();
      await held.promise;
    });
    const client = await loopback.connect();
    // Not much for a kernel, a hundred times as much for a process.
    const dense = deflateRawSync(Buffer.concat([randomBytes(100), Buffer.alloc(20_000)]), flushed);
    let sent = 0;
    while (
      sent < 40_000_000 &&
      (client.write(Buffer.concat(Array.from({ length: 500 }, () => dense))) || (await soon(client)))
    )
      sent += 500 * dense.length;
    held.resolve();
    assert.ok(sent < 40_000_000, `${sent} octets were taken`);
  });

  test("who writes to a client that does not read waits, and hears when it is gone", async () => {
    const waited = Promise.withResolvers<number>();
    const failed = Promise.withResolvers<unknown>();
    await using loopback = await Loopback.open(async (connection) => {
      using layer = new DeflateLayer(connection, nothing);
      for (let written = 0; ; written += 64 * 1024) {
        const behind = layer.write(randomBytes(64 * 1024));
        if (behind === undefined) continue;
        const state = await Promise.race([behind.then(() => "taken"), sleep(200, "waits")]).catch(() => "gone");
        if (state === "taken") continue;
        waited.resolve(written);
        return failed.resolve(await behind.catch((error: unknown) => error));
      }
    });
    const client = await loopback.connect();
    client.pause();
    assert.ok((await waited.promise) < 64 * 1024 * 1024);
    client.destroy();
    assert.ok((await failed.promise) instanceof ConnectionClosed);
  });
});

suite("hostile input", () => {
  test("a gigabyte of zeros is inflated to the allowance and no further", async () => {
    const dense = deflateRawSync(Buffer.alloc(16 * 1024 * 1024), flushed);
    const { bytes, end } = await readAll((client) => {
      for (let at = 0; at < 64; at++) client.write(dense);
    });
    assert.equal(end, "unreadable");
    const inputBytesMax = 2 * queuedInputBytesMax;
    assert.ok(bytes <= inflationAllowanceBytesMax + inflationRatioMax * inputBytesMax, `${bytes} were inflated`);
  });

  test("as dense a message that the session has agreed to take is read whole", async () => {
    const bytes = 32 * 1024 * 1024;
    const say = (client: Socket) => client.end(deflateRawSync(Buffer.alloc(bytes), flushed));
    assert.deepEqual(await readAll(say, { expectedBytes: bytes }), { bytes, end: "end" });
  });

  test("text may go on for ever", async () => {
    const text = Buffer.from(Array.from({ length: 200_000 }, (_, at) => `a${at} NOOP\r\n`).join(""));
    const dense = deflateRawSync(text, flushed);
    const { bytes, end } = await readAll((client) => {
      for (let at = 0; at < 8; at++) client.write(dense);
      client.end();
    });
    assert.deepEqual({ bytes, end }, { bytes: 8 * text.length, end: "end" });
  });

  for (const [what, octets] of [
    ["plain text", Buffer.from("a1 NOOP\r\n")],
    ["a reserved kind of block", Buffer.from([0x07])],
    ["a distance before the beginning", Buffer.from([0x03, 0x02, 0x00, 0x00])],
    ["a header of zlib", Buffer.from([0x78, 0x9c, 0x4b, 0x04, 0x00, 0x00, 0x62, 0x00, 0x62])],
  ] as const) {
    test(`${what} is unreadable`, async () => {
      assert.equal((await readAll((client) => client.end(octets))).end, "unreadable");
    });
  }

  test("empty blocks without end are unreadable", async () => {
    const blocks = Buffer.alloc(20 * inflationSilentBytesMax, emptyBlock);
    assert.equal((await readAll((client) => void client.write(blocks))).end, "unreadable");
  });
});

/** True when the client can send on soon. */
async function soon(client: Socket): Promise<boolean> {
  return await Promise.race([once(client, "drain").then(() => true), sleep(300, false)]);
}
