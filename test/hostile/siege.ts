// The real server under attack, and what must hold whatever comes over the wire: it lives, it notes no bug, another session
// is answered within a second all the while, and one client costs it little memory.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { argon2AtOnceMax, argon2MemoryKibMax } from "../../src/base/limits.ts";
import { ImapClient } from "../support/imap-client.ts";
import { ServerSite, type SiteServer, type SiteWish, type StartWish, sitePassword } from "../support/server-site.ts";
import { WireClient, type WireEnd } from "../support/wire-client.ts";

export const asha = "asha@example.org";
const answerMsMax = 1_000;
const mebibyte = 1024 * 1024;
const growthBytesMax = 50 * mebibyte;
/** Passwords are hashed in memory that is there only meanwhile. */
const hashingBytesMax = argon2AtOnceMax * argon2MemoryKibMax * 1024;
const lookEveryMs = 100;
const settleMsMax = 2_000;
/** A heap that keeps little room beyond what is in use, so that the memory measured is what the server holds. */
const tightHeap = ["--max-semi-space-size=2", "--heap-growing-percent=20"];
/** What the log says when something is wrong in the server itself. */
const bugs = /"level":"error"|SERVERBUG|unhandled/i;

export interface SiegeWish extends Partial<SiteWish> {
  readonly start?: StartWish;
}

export class Siege implements AsyncDisposable {
  readonly site: ServerSite;
  readonly server: SiteServer;
  readonly #bystander: ImapClient;
  readonly #scope: AsyncDisposableStack;

  private constructor(site: ServerSite, server: SiteServer, bystander: ImapClient, scope: AsyncDisposableStack) {
    this.site = site;
    this.server = server;
    this.#bystander = bystander;
    this.#scope = scope;
  }

  static async begin({ start, ...wish }: SiegeWish = {}): Promise<Siege> {
    await using scope = new AsyncDisposableStack();
    const site = scope.use(await ServerSite.prepare({ accounts: [asha], ...wish }));
    const nodeOptions = [...tightHeap, ...(start?.nodeOptions ?? [])];
    const server = scope.use(await site.start({ ...start, nodeOptions }));
    const bystander = scope.use(await ImapClient.logIn(site.at("imaps"), asha, sitePassword));
    await bystander.ok("SELECT Archive");
    const siege = new Siege(site, server, bystander, scope.move());
    await siege.#warmUp();
    return siege;
  }

  connect(to: WireEnd): Promise<WireClient> {
    return WireClient.connect(to);
  }

  /** A session of the account, logged in. */
  logIn(patienceMs?: number): Promise<ImapClient> {
    return ImapClient.logIn(this.site.at("imaps"), asha, sitePassword, patienceMs);
  }

  /** Asks the server how it is over the session that does nothing else. */
  async ask(): Promise<void> {
    await this.#bystander.ok("NOOP");
  }

  /** Runs the attack and looks at the server meanwhile and afterwards. */
  async endure(attack: () => Promise<void>): Promise<void> {
    const before = residentBytes(this.server.pid);
    const written = this.server.output().length;
    const watch = this.#watch();
    try {
      await attack();
    } finally {
      watch.over = true;
      await Promise.allSettled([watch.seen]);
    }
    const { slowestMs, highestBytes } = await watch.seen;
    assert.ok(!this.server.over, `the server is gone:\n${this.server.output().slice(-2_000)}`);
    assert.ok(slowestMs < answerMsMax, `another session waited ${Math.round(slowestMs)} ms`);
    const meanwhile = highestBytes - before - hashingBytesMax;
    assert.ok(meanwhile < growthBytesMax, `it grew by ${Math.round(meanwhile / mebibyte)} MiB meanwhile`);
    const kept = (await this.#settledBytes(before + growthBytesMax)) - before;
    assert.ok(kept < growthBytesMax, `it grew by ${Math.round(kept / mebibyte)} MiB`);
    assert.doesNotMatch(this.server.output().slice(written), bugs);
  }

  /** The server's memory once it is below `wanted`, or after a while. */
  async #settledBytes(wanted: number): Promise<number> {
    for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
      const bytes = residentBytes(this.server.pid);
      if (bytes < wanted || waitedMs >= settleMsMax) return bytes;
      await sleep(lookEveryMs);
    }
  }

  /** A server that has been busy has room that it does not give back; growth counts from there. */
  async #warmUp(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) {
      using wire = await this.connect(this.site.at("imaps"));
      const line = Buffer.alloc(mebibyte, "x");
      for (let sent = 0; sent < 5 && !wire.closed; sent++) await wire.send(line);
    }
    // A message that is taken to its size, and given up: what is read for one is freed only when V8 looks.
    using wire = await this.connect(this.site.at("smtp"));
    await wire.send(`EHLO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<${asha}>\r\nDATA\r\n`);
    await wire.until(/^354 .*\r\n/m);
    const lines = Buffer.from(`${"x".repeat(62)}\r\n`.repeat(mebibyte / 64));
    for (let sent = 0; sent < 100 && !wire.closed; sent++) await wire.send(lines);
  }

  #watch() {
    const watch = { over: false, seen: Promise.resolve({ slowestMs: 0, highestBytes: 0 }) };
    watch.seen = (async () => {
      let slowestMs = 0;
      let highestBytes = 0;
      // Once more after the end: whatever the attack has left behind must not be in the way.
      for (let last = false; !last; ) {
        last = watch.over;
        const from = performance.now();
        await this.ask();
        slowestMs = Math.max(slowestMs, performance.now() - from);
        highestBytes = Math.max(highestBytes, residentBytes(this.server.pid));
        if (!last) await sleep(lookEveryMs);
      }
      return { slowestMs, highestBytes };
    })();
    return watch;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}

export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kib ?? 0) * 1024;
}
