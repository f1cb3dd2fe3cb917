// The life of one data folder: round after round a server is started on it, what its clients were promised is looked for,
// they go on with their work, and it is killed; at a random moment, at a named point on the way to the disk, or by the
// request to stop.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Chance } from "../support/chance.ts";
import { ImapClient } from "../support/imap-client.ts";
import { ServerSite, type SiteServer, StartFailed, sitePassword } from "../support/server-site.ts";
import { WireClosed } from "../support/wire-client.ts";
import { type AccountReading, readAccount } from "./account-reading.ts";
import { Filer, sharedName } from "./filer.ts";
import { InboxLedger } from "./inbox-ledger.ts";
import { Ledger } from "./ledger.ts";
import { MailSink } from "./mail-sink.ts";
import { Pop3Reader } from "./pop3-reader.ts";
import { Sender } from "./sender.ts";
import { watch } from "./watcher.ts";

export interface LifeWish {
  readonly seed: number;
  readonly rounds: number;
  /** "brisk": the server is left alive for half a second, not for a second and a half. */
  readonly pace: "usual" | "brisk";
  /** Stays when something was found wrong. */
  readonly folder: string;
  readonly say: (text: string) => void;
}

export interface LifeReport {
  readonly acknowledged: number;
  readonly outbound: number;
  /** How the servers ended, and how often. */
  readonly ends: ReadonlyMap<string, number>;
}

type Plan =
  | { readonly kind: "moment"; readonly afterMs: number }
  | { readonly kind: "failpoint"; readonly point: string; readonly times: number; readonly waitMs: number }
  | { readonly kind: "stop"; readonly afterMs: number };

const asha = "asha@example.org";
const bina = "bina@example.org";
const filersCount = 5;
/** SIGTERM to the end. */
const stopMsMax = 30_000;
const outboundMsMax = 20_000;
/** A killed process is gone by then. */
const goneMsMax = 2_000;

export async function liveThrough({ seed, rounds, pace, folder, say }: LifeWish): Promise<LifeReport> {
  const chance = new Chance(seed);
  const ledger = new Ledger();
  await using sink = await MailSink.open(ledger);
  await using site = await ServerSite.prepare({
    accounts: [asha, bina],
    folder,
    logLevel: "info",
    more: `[smarthost]\nhost = "127.0.0.1"\nport = ${sink.port}\ntls = "none"\n`,
  });
  await site.dakghar(`account set ${bina} --pop3-deletion trash`);
  const life = new Life(site, sink, ledger, chance);
  for (let round = 1; round <= rounds; round++) {
    const plan = planOf(chance, momentMsMax[pace]);
    const end = await life.round(plan);
    say(`seed ${seed} round ${round}: ${end}, ${ledger.acknowledged} operations acknowledged so far`);
  }
  return await life.close();
}

const momentMsMax = { usual: 1_500, brisk: 500 } as const;

function planOf(chance: Chance, afterMsMax: number): Plan {
  const kind = chance.next();
  if (kind < 0.45) return { kind: "moment", afterMs: chance.between(10, afterMsMax) };
  if (kind < 0.55) return { kind: "stop", afterMs: chance.between(50, afterMsMax) };
  if (kind < 0.7) {
    const point = chance.pick(["before-checkpoint", "after-checkpoint"]);
    return { kind: "failpoint", point, times: chance.between(1, 2), waitMs: 4 * afterMsMax };
  }
  const point = chance.pick(["before-commit", "after-commit", "after-flush", "before-journal", "after-journal"]);
  // Some of them while the server starts.
  const times = chance.happens(0.2) ? chance.between(1, 6) : chance.between(7, 200);
  return { kind: "failpoint", point, times, waitMs: 4 * afterMsMax };
}

class Life {
  readonly #site: ServerSite;
  readonly #sink: MailSink;
  readonly #ledger: Ledger;
  readonly #filers: readonly Filer[];
  readonly #inboxes: ReadonlyMap<string, InboxLedger>;
  readonly #outbound = new Set<string>();
  readonly #senders: readonly (readonly [kind: "smtp" | "lmtp" | "submission", sender: Sender])[];
  readonly #readers: readonly Pop3Reader[];
  readonly #readings = new Map<string, AccountReading>();
  readonly #ends = new Map<string, number>();

  constructor(site: ServerSite, sink: MailSink, ledger: Ledger, chance: Chance) {
    this.#site = site;
    this.#sink = sink;
    this.#ledger = ledger;
    this.#filers = Array.from({ length: filersCount }, (_, at) => new Filer(`w${at + 1}`, asha, ledger, chance.fork()));
    this.#inboxes = new Map([
      [asha, new InboxLedger(asha, "expunge")],
      [bina, new InboxLedger(bina, "trash")],
    ]);
    const outbound = new Map([
      [
        "chitra@elsewhere.example",
        { sending: () => undefined, taken: (token: string) => void this.#outbound.add(token) },
      ],
    ]);
    this.#senders = [
      ["smtp", new Sender({ name: "d1", kind: "smtp" }, this.#inboxes, ledger, chance.fork())],
      ["smtp", new Sender({ name: "d2", kind: "smtp" }, this.#inboxes, ledger, chance.fork())],
      ["lmtp", new Sender({ name: "d3", kind: "lmtp" }, this.#inboxes, ledger, chance.fork())],
      ["submission", new Sender({ name: "o1", kind: "submission" }, outbound, ledger, chance.fork())],
    ];
    this.#readers = [...this.#inboxes].map(([account, inbox]) => new Pop3Reader(account, inbox, ledger, chance.fork()));
  }

  /** Answers in words how the server ended. */
  async round(plan: Plan): Promise<string> {
    await using server = await this.#start(plan);
    const stop = new AbortController();
    const ending = { asked: false };
    const load = this.#work(server, ending, stop.signal);
    // What goes wrong in the load ends the round at once.
    const end = await Promise.race([this.#end(server, plan, ending), load.then(() => "the load ended by itself")]);
    await load;
    this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1);
    return end;
  }

  /** A last start without a fault: all is there, and what waited for elsewhere goes. */
  async close(): Promise<LifeReport> {
    await using server = await this.#site.start();
    await this.#judge();
    for (let waitedMs = 0; this.#missing().length > 0 && waitedMs < outboundMsMax; waitedMs += 100) await sleep(100);
    assert.deepEqual(this.#missing(), [], "taken for elsewhere, and never sent");
    assert.deepEqual(this.#sink.faults, []);
    assert.equal(await server.stop(), 0);
    return { acknowledged: this.#ledger.acknowledged, outbound: this.#outbound.size, ends: this.#ends };
  }

  #missing(): string[] {
    return [...this.#outbound].filter((token) => !this.#sink.arrivals.has(token));
  }

  async #start(plan: Plan): Promise<SiteServer> {
    if (plan.kind !== "failpoint") return await this.#startAndJudge({});
    try {
      return await this.#startAndJudge({ DAKGHAR_FAILPOINT: `${plan.point}@${plan.times}` });
    } catch (error) {
      // The point came before the load did.
      if (!(error instanceof StartFailed) && !isEnd(error)) throw error;
      return await this.#startAndJudge({});
    }
  }

  async #startAndJudge(env: Readonly<Record<string, string>>): Promise<SiteServer> {
    const server = await this.#site.start({ env });
    try {
      await this.#judge();
      return server;
    } catch (error) {
      // A failpoint may come while everything is read.
      const gone = await Promise.race([server.ended.then(() => true), sleep(goneMsMax, false)]);
      await server.kill();
      if (gone && "DAKGHAR_FAILPOINT" in env) throw new WireClosed("");
      throw new Error(`found wrong after a restart; the server says last:\n${lastLines(server)}`, { cause: error });
    }
  }

  async #judge(): Promise<void> {
    for (const [account, inbox] of this.#inboxes) {
      using client = await ImapClient.logIn(this.#site.at("imaps"), account, sitePassword, 60_000);
      const before = this.#readings.get(account) ?? new Map();
      if (before.size === 0 && account === asha) await client.ok(`CREATE ${sharedName}`);
      const reading = await readAccount(client, { account, ledger: this.#ledger, before });
      this.#readings.set(account, reading);
      inbox.judge(reading);
      if (account === asha) for (const filer of this.#filers) filer.judge(reading);
    }
    const checked = await this.#site.tryDakghar("check");
    assert.deepEqual([checked.code, checked.out], [0, "2 accounts checked: all is well.\n"], checked.err);
  }

  /** Resolves when every client has lost its connection; rejects when one finds something wrong. */
  async #work(server: SiteServer, ending: { readonly asked: boolean }, signal: AbortSignal): Promise<void> {
    const site = this.#site;
    const works = [
      ...this.#filers.map((filer) => filer.work(site.at("imaps"), signal)),
      ...this.#senders.map(([kind, sender]) =>
        sender.work(kind === "lmtp" ? site.lmtp : site.at(kind === "smtp" ? "smtp" : "submissions"), signal),
      ),
      ...this.#readers.map((reader) => reader.work(site.at("pop3s"), signal)),
      watch(site.at("imaps"), { account: asha, mailbox: sharedName, ledger: this.#ledger }),
      watch(site.at("imaps"), { account: bina, mailbox: "INBOX", ledger: this.#ledger }),
    ];
    const ends = works.map(async (work) => {
      try {
        await work;
      } catch (error) {
        if (!isEnd(error)) throw error;
        const gone = await Promise.race([server.ended.then(() => true), sleep(goneMsMax, false)]);
        if (!gone && !ending.asked) throw new Error("a server that lives has ended a connection", { cause: error });
      }
    });
    // All of them are waited for, so that none goes on into the next round.
    const failed = (await Promise.allSettled(ends)).find((outcome) => outcome.status === "rejected");
    if (failed === undefined) return;
    throw new Error(`found wrong under load; the server says last:\n${lastLines(server)}`, { cause: failed.reason });
  }

  async #end(server: SiteServer, plan: Plan, ending: { asked: boolean }): Promise<string> {
    if (plan.kind === "failpoint") {
      const reached = await Promise.race([server.ended.then(() => true), sleep(plan.waitMs, false)]);
      ending.asked = true;
      await server.kill();
      return reached ? `killed ${plan.point}` : "killed, the point not reached";
    }
    await sleep(plan.afterMs);
    ending.asked = true;
    if (plan.kind === "moment") {
      await server.kill();
      return "killed";
    }
    const late = setTimeout(() => server.signal("SIGKILL"), stopMsMax);
    const code = await server.stop();
    clearTimeout(late);
    assert.equal(code, 0, `the server ended with ${code} when asked to stop:\n${server.output().slice(-2_000)}`);
    return "stopped";
  }
}

function lastLines(server: SiteServer): string {
  return server.output().split("\n").slice(-10).join("\n");
}

function isEnd(error: unknown): boolean {
  if (error instanceof WireClosed) return true;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ECONNREFUSED" || code === "ECONNRESET" || code === "EPIPE" || code === "ENOENT";
}
