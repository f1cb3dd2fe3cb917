// A connection in the clear: reading, writing, back-pressure, deadlines, closing.

import assert from "node:assert/strict";
import { once } from "node:events";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hear, Loopback } from "../../test/support/loopback-listener.ts";
import { type Connection, ConnectionClosed, type ReadEnd } from "./connection.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (read: Uint8Array | ReadEnd) => (typeof read === "string" ? read : new TextDecoder("latin1").decode(read));

async function echo(connection: Connection): Promise<void> {
  for (;;) {
    const read = await connection.read();
    if (typeof read === "string") return;
    await connection.write(read);
  }
}

suite("reading", () => {
  test("what is sent comes back byte for byte, whatever its size", async () => {
    await using loopback = await Loopback.open(echo);
    const client = await loopback.connect();
    const sent = Buffer.alloc(3_000_000, 0).map((_, at) => (at * 7) & 0xff);
    client.write(sent);
    client.end();
    const heard = Buffer.from(await hear(client), "latin1");
    assert.ok(heard.equals(sent));
  });

  test("a chunk is the reader's own: the next client's bytes do not change it", async () => {
    const first = Promise.withResolvers<Uint8Array>();
    await using loopback = await Loopback.open(async (connection) => {
      const read = await connection.read();
      if (typeof read !== "string") first.resolve(read);
      await connection.read();
    });
    (await loopback.connect()).write("first");
    const chunk = await first.promise;
    (await loopback.connect()).write("other");
    await sleep(20);
    assert.equal(text(chunk), "first");
  });

  test("a client that has said all still gets its answer", async () => {
    await using loopback = await Loopback.open(async (connection) => {
      await connection.read();
      await sleep(30);
      await connection.write(bytes("late answer"));
    });
    const client = await loopback.connect();
    client.end("question");
    assert.equal(await hear(client), "late answer");
  });

  test("input for a busy session is held back, not gathered", async () => {
    const busy = Promise.withResolvers<void>();
    await using loopback = await Loopback.open(async (connection) => {
      await connection.read();
      await busy.promise;
      await echo(connection);
    });
    const client = await loopback.connect();
    client.write("go");
    await sleep(20);
    const sent = Buffer.alloc(20_000_000, "x");
    client.write(sent);
    client.end();
    await sleep(100);
    assert.ok(
      client.writableLength > 5_000_000,
      `the kernel and the server took ${sent.length - client.writableLength}`,
    );
    busy.resolve();
    assert.equal((await hear(client)).length, sent.length);
  });

  test("byte-sized packets for a busy session are handed over together", async () => {
    const busy = Promise.withResolvers<void>();
    const read = Promise.withResolvers<string>();
    await using loopback = await Loopback.open(async (connection) => {
      await connection.read();
      await busy.promise;
      read.resolve(text(await connection.read()));
    });
    const client = await loopback.connect();
    client.write("go");
    await sleep(10);
    for (const letter of "abc") {
      client.write(letter);
      await sleep(5);
    }
    busy.resolve();
    assert.equal(await read.promise, "abc");
  });

  test("two readers at once are a bug", async () => {
    const outcome = Promise.withResolvers<unknown>();
    await using loopback = await Loopback.open(async (connection) => {
      const first = connection.read();
      outcome.resolve(await Promise.try(() => connection.read()).catch((error: unknown) => error));
      await first;
    });
    await loopback.connect();
    assert.match(String(await outcome.promise), /one reader at a time/);
  });
});

suite("writing", () => {
  test("many small writes of one tick leave as one packet, across promise reactions", async () => {
    await using loopback = await Loopback.open(async (connection) => {
      for (let line = 0; line < 100; line++) {
        void connection.write(bytes(`* ${line} EXISTS\r\n`));
        await Promise.resolve();
      }
      await connection.read();
    });
    const client = await loopback.connect();
    const [packet] = await once(client, "data");
    assert.ok(String(packet).endsWith("* 99 EXISTS\r\n"), String(packet));
  });

  test("a reader in step is never waited for", async () => {
    const waits: unknown[] = [];
    await using loopback = await Loopback.open(async (connection) => {
      for (let line = 0; line < 10; line++) waits.push(connection.write(bytes("a line\r\n")));
      await connection.read();
    });
    await hear(await loopback.connect(), /(a line\r\n){10}/);
    assert.deepEqual(waits, Array(10).fill(undefined));
  });

  test("a reader that is behind is waited for, and memory does not grow with the reply", async () => {
    const chunk = Buffer.alloc(65_536, "x");
    let written = 0;
    await using loopback = await Loopback.open(async (connection) => {
      for (; written < 1_000; written++) await connection.write(chunk);
    });
    const client = await loopback.connect();
    client.pause();
    await sleep(150);
    const before = written;
    assert.ok(before < 500, `${before} chunks written to a client that reads nothing`);
    let heard = 0;
    for await (const part of client) heard += part.length;
    assert.equal(heard, 1_000 * chunk.length);
  });

  test("a waiting writer hears that the client is gone, and so does everyone after", async () => {
    const outcome = Promise.withResolvers<unknown>();
    await using loopback = await Loopback.open(async (connection) => {
      const chunk = Buffer.alloc(65_536);
      try {
        for (;;) await connection.write(chunk);
      } catch (error) {
        outcome.resolve(error);
      }
      assert.ok(connection.signal.aborted);
      await assert.rejects(async () => connection.write(chunk), ConnectionClosed);
      assert.equal(await connection.read(), "end");
    });
    const client = await loopback.connect();
    client.pause();
    await sleep(50);
    client.destroy();
    assert.ok((await outcome.promise) instanceof ConnectionClosed);
    assert.deepEqual(loopback.events, []);
  });

  test("a write nobody waits for is no unhandled rejection when the client is gone", async () => {
    const gone = Promise.withResolvers<void>();
    await using loopback = await Loopback.open(async (connection) => {
      connection.signal.addEventListener("abort", () => gone.resolve());
      await gone.promise;
      void connection.write(bytes("* BYE\r\n"));
      await sleep(10);
    });
    (await loopback.connect()).resetAndDestroy();
    await gone.promise;
    await sleep(20);
    assert.deepEqual(loopback.events, []);
  });
});

suite("deadlines", () => {
  test("a silent client reads as idle, and can be told so", async () => {
    await using loopback = await Loopback.open(async (connection) => {
      connection.idleAfter(50);
      const read = await connection.read();
      await connection.write(bytes(`* BYE ${text(read)}\r\n`));
    });
    const client = await loopback.connect();
    assert.equal(await hear(client), "* BYE idle\r\n");
  });

  test("a client that speaks now and then is not idle", async () => {
    await using loopback = await Loopback.open(async (connection) => {
      connection.idleAfter(300);
      await echo(connection);
    });
    const client = await loopback.connect();
    for (let round = 0; round < 5; round++) {
      await sleep(100);
      client.write("x");
      assert.equal(await hear(client, "x"), "x");
    }
    assert.equal(await hear(client), "");
  });

  test("a session at work is not idle", async () => {
    await using loopback = await Loopback.open(async (connection) => {
      connection.idleAfter(30);
      assert.equal(text(await connection.read()), "question");
      await sleep(150);
      await connection.write(bytes("answer"));
      assert.equal(text(await connection.read()), "thanks");
    });
    const client = await loopback.connect();
    client.write("question");
    assert.equal(await hear(client, "answer"), "answer");
    client.end("thanks");
    await hear(client);
    assert.deepEqual(loopback.events, []);
  });

  test("a client that takes nothing is cut", async () => {
    const outcome = Promise.withResolvers<unknown>();
    // The wheel turns a thousand times faster than its clock says: two minutes are 120 ms.
    await using loopback = await Loopback.open(
      async (connection) => {
        const turning = setInterval(() => loopback.wheel.turn(), 1);
        try {
          for (;;) await connection.write(Buffer.alloc(65_536));
        } catch (error) {
          outcome.resolve(error);
        } finally {
          clearInterval(turning);
        }
      },
      { tickMs: 1_000 },
    );
    const client = await loopback.connect();
    client.pause();
    assert.ok((await outcome.promise) instanceof ConnectionClosed);
  });
});

suite("closing", () => {
  test("what was written before is heard, and then the end", async () => {
    await using loopback = await Loopback.open(async (connection) => {
      void connection.write(bytes("* BYE logging out\r\nA1 OK\r\n"));
      await connection.close();
    });
    assert.equal(await hear(await loopback.connect()), "* BYE logging out\r\nA1 OK\r\n");
  });

  test("a client that never closes its side is left after a while", async () => {
    const closed = Promise.withResolvers<void>();
    await using loopback = await Loopback.open(
      async (connection) => {
        await connection.close();
        closed.resolve();
      },
      { tickMs: 1_000 },
    );
    await loopback.connect();
    const turning = setInterval(() => loopback.wheel.turn(), 1);
    await closed.promise;
    clearInterval(turning);
  });

  test("bytes after the good-bye are never read", async () => {
    const reads: unknown[] = [];
    await using loopback = await Loopback.open(async (connection) => {
      reads.push(text(await connection.read()));
      const closing = connection.close();
      reads.push(await connection.read());
      await closing;
      reads.push(await connection.read());
    });
    const client = await loopback.connect();
    client.write("A1 LOGOUT\r\n");
    await sleep(20);
    client.end("A2 NOOP\r\n");
    await hear(client);
    await sleep(20);
    assert.deepEqual(reads, ["A1 LOGOUT\r\n", "end", "end"]);
  });

  test("the signal fires once the client is gone, whenever it was asked for", async () => {
    const signals = Promise.withResolvers<boolean[]>();
    await using loopback = await Loopback.open(async (connection) => {
      const early = connection.signal;
      assert.equal(early.aborted, false);
      assert.equal(await connection.read(), "end");
      await connection.close();
      signals.resolve([early.aborted, connection.signal.aborted, connection.closed]);
    });
    (await loopback.connect()).destroy();
    assert.deepEqual(await signals.promise, [true, true, true]);
  });
});
