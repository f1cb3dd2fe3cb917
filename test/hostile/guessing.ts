// The scenes of guessing.test.ts: `node guessing.ts owner`, `node guessing.ts alike 30`, in a network of its own.

import assert from "node:assert/strict";
import { guessDelayMsMax, guessesFreeMax } from "../../src/base/limits.ts";
import { addressInOwnNetwork } from "../support/own-network.ts";
import { sitePassword } from "../support/server-site.ts";
import { WireClient, WireClosed } from "../support/wire-client.ts";
import { asha, Siege } from "./siege.ts";

const bina = "bina@example.org";
const guessesCount = 1_000;
const guessersCount = 25;
const atHomeMsMax = 2_000;
const patienceMs = 30_000;
const manySamples = 30;
/** It is the passwords that are to slow a guesser down here, not the connections. */
const manyConnections = "connectionsPerAddress = 1000\nnewConnectionsPerMinute = 100000";

interface Attempt {
  readonly answer: string;
  readonly ms: number;
}

interface Guess {
  readonly name: string;
  readonly password: string;
  /** The address it comes from. */
  readonly from: string;
  /** Gives up when it fires. */
  readonly signal?: AbortSignal;
}

/** One attempt over a connection of its own; the time is that of the password alone. */
interface Way {
  readonly port: "imaps" | "pop3s" | "submissions";
  readonly before: (name: string) => readonly [say: string, heard: RegExp] | null;
  readonly say: (name: string, password: string) => string;
  readonly heard: RegExp;
  readonly right: RegExp;
}

const plain = (name: string, password: string): string => Buffer.from(`\0${name}\0${password}`).toString("base64");

const ways: ReadonlyMap<string, Way> = new Map([
  [
    "IMAP LOGIN",
    {
      port: "imaps",
      before: () => null,
      say: (name, password) => `a LOGIN "${name}" "${password}"\r\n`,
      heard: /^a .*\r\n/m,
      right: /^a OK/,
    },
  ],
  [
    "IMAP AUTHENTICATE",
    {
      port: "imaps",
      before: () => null,
      say: (name, password) => `a AUTHENTICATE PLAIN ${plain(name, password)}\r\n`,
      heard: /^a .*\r\n/m,
      right: /^a OK/,
    },
  ],
  [
    "POP3",
    {
      port: "pop3s",
      before: (name) => [`USER ${name}\r\n`, /^\+OK.*\r\n/m],
      say: (_, password) => `PASS ${password}\r\n`,
      heard: /^(?:\+OK|-ERR).*\r\n/m,
      right: /^\+OK/,
    },
  ],
  [
    "submission",
    {
      port: "submissions",
      before: () => ["EHLO x\r\n", /^250 .*\r\n/m],
      say: (name, password) => `AUTH PLAIN ${plain(name, password)}\r\n`,
      heard: /^\d{3} .*\r\n/m,
      right: /^235/,
    },
  ],
]);

async function attempt(siege: Siege, way: Way, { name, password, from, signal }: Guess): Promise<Attempt> {
  using wire = await WireClient.connect({ ...siege.site.at(way.port), localAddress: from }, patienceMs);
  const giveUp = (): void => wire.cut();
  signal?.addEventListener("abort", giveUp);
  try {
    await wire.line();
    const [hello, welcome] = way.before(name) ?? ["", /^/];
    await wire.send(hello);
    await wire.until(welcome);
    const start = performance.now();
    await wire.send(way.say(name, password));
    const answer = await wire.until(way.heard);
    return { answer, ms: performance.now() - start };
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
}

async function owner(): Promise<void> {
  await using siege = await Siege.begin({ accounts: [asha, bina], limits: manyConnections });
  const home = addressInOwnNetwork(1);
  const elsewhere = addressInOwnNetwork(2);
  for (const way of ways.values()) await attempt(siege, way, { name: asha, password: sitePassword, from: home });
  await siege.endure(async () => {
    const enough = new AbortController();
    let guesses = 0;
    const guess = async (): Promise<void> => {
      for (const way of cycle([...ways.values()])) {
        if (guesses >= guessesCount) enough.abort();
        if (enough.signal.aborted) return;
        const name = guesses % 2 === 0 ? asha : bina;
        const one = { name, password: `wrong ${guesses}`, from: addressInOwnNetwork(0), signal: enough.signal };
        const { answer } = await attempt(siege, way, one);
        assert.doesNotMatch(answer, way.right);
        guesses++;
      }
    };
    const guessers = Promise.allSettled(Array.from({ length: guessersCount }, guess));
    try {
      for (const [name, way] of ways) {
        const { answer, ms } = await attempt(siege, way, { name: asha, password: sitePassword, from: home });
        assert.match(answer, way.right, `${name} at home`);
        assert.ok(ms < atHomeMsMax, `${name} at home took ${Math.round(ms)} ms`);
        console.log(`${name} at home: ${Math.round(ms)} ms`);
      }
      for (const [name, way] of ways) {
        const { answer, ms } = await attempt(siege, way, { name: bina, password: sitePassword, from: elsewhere });
        assert.match(answer, way.right, `${name} at a new place`);
        assert.ok(ms < guessDelayMsMax + atHomeMsMax, `${name} at a new place took ${Math.round(ms)} ms`);
        console.log(`${name} at a new place: ${Math.round(ms)} ms`);
      }
    } finally {
      await guessers;
    }
    for (const ended of await guessers)
      assert.ok(ended.status === "fulfilled" || ended.reason instanceof WireClosed, "a guesser found something wrong");
    assert.ok(guesses >= guessesCount, `${guesses} guesses were answered`);
  });
}

/** `samplesCount` of each kind over each protocol. */
async function alike(samplesCount: number): Promise<void> {
  const accountsCount = (samplesCount * ways.size) / guessesFreeMax;
  const accounts = Array.from({ length: accountsCount }, (_, n) => `account${n}@example.org`);
  await using siege = await Siege.begin({ accounts: [asha, ...accounts] });
  let samples = 0;
  for (const [way, words] of ways) {
    const taken = { known: [] as Attempt[], unknown: [] as Attempt[] };
    for (let turn = 0; turn < samplesCount; turn++) {
      const who = Math.floor(samples / 2 / guessesFreeMax);
      // In turns, so that what else the machine does meets both.
      for (const kind of ["known", "unknown"] as const) {
        const name = kind === "known" ? (accounts[who] ?? "") : `nobody${who}@example.org`;
        const guess = { name, password: "wrong password", from: addressInOwnNetwork(++samples) };
        taken[kind].push(await attempt(siege, words, guess));
      }
    }
    const answers = new Set([...taken.known, ...taken.unknown].map(({ answer }) => answer));
    assert.equal(answers.size, 1, [...answers].join());
    const [known, unknown] = [median(taken.known), median(taken.unknown)];
    console.log(`${way}: known ${known.toFixed(1)} ms, unknown ${unknown.toFixed(1)} ms`);
    // Without the same work for both, one would take a tenth of the other. Few samples on a busy machine differ much.
    const share = Math.abs(known - unknown) / Math.max(known, unknown);
    assert.ok(share < (samplesCount < manySamples ? 0.6 : 0.33), `${way}: ${known} ms and ${unknown} ms`);
  }
}

function median(attempts: readonly Attempt[]): number {
  const sorted = attempts.map(({ ms }) => ms).toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function* cycle<T>(values: readonly T[]): Generator<T, void> {
  for (;;) yield* values;
}

const [scene, samples] = process.argv.slice(2);
await (scene === "owner" ? owner() : alike(Number(samples)));
