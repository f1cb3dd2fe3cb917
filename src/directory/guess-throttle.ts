// Slows down guessing of passwords: wrong ones from one network, and at one account, are waited for longer and longer.
// Nobody is locked out: where the owner has logged in from before, only wrong passwords of that place count; and from
// a place that has not failed yet the owner waits once, however many others are guessing.

import type { Clock } from "../base/clock.ts";
import { guessDelayMsMax, guessDelayMsMin, guessEntriesMax, guessesFreeMax, guessesKeptMs } from "../base/limits.ts";
import { RecentMap } from "./recent-map.ts";

/** An attempt that may be made after `waitMs`. Exactly one of the three must be called once it is over. */
export interface Attempt {
  readonly waitMs: number;
  right(): void;
  wrong(): void;
  /** It was never made. */
  dropped(): void;
}

export type Admission = Attempt | { readonly retryAfterMs: number };

interface Guesses {
  wrong: number;
  /** Attempts admitted and not over yet: guessing in parallel gains nothing. */
  pending: number;
  lastMs: number;
  /** When the next in line may try. */
  nextMs: number;
}

export class GuessThrottle {
  readonly #clock: Clock;
  readonly #networks = new RecentMap<Guesses>(guessEntriesMax);
  readonly #accounts = new RecentMap<Guesses>(guessEntriesMax);
  /** Wrong passwords of a network at an account: what a right one there forgives; and its attempts under way. */
  readonly #pairs = new RecentMap<Guesses>(guessEntriesMax);
  /** Networks from which an account's owner has logged in; only a right password makes an entry. */
  readonly #homes = new RecentMap<Guesses>(guessEntriesMax);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a place in line, or tells when to come back. */
  admit(network: string, account: string): Admission {
    const now = this.#clock.monotonicMs();
    const startMs = this.#startMs(network, account, now);
    if (startMs - now > guessDelayMsMax) return { retryAfterMs: startMs - now };
    const line = this.#lineOf(network, account, now);
    queueUp(line, startMs, line.wrong + line.pending);
    line.pending++;
    const ofPair = this.#entry(this.#pairs, pair(network, account), now);
    ofPair.pending++;
    // Many people log in from one network at once, so only what has really failed there makes a line.
    const ofNetwork = this.#current(this.#networks, network, now);
    if (ofNetwork !== undefined) queueUp(ofNetwork, startMs, ofNetwork.wrong);
    const over = (): void => {
      line.pending--;
      ofPair.pending--;
    };
    return {
      waitMs: startMs - now,
      right: () => {
        over();
        this.#forgive(network, account);
      },
      wrong: () => {
        over();
        this.#count(network, account);
      },
      dropped: over,
    };
  }

  /** How long an attempt now would have to wait; nothing is counted. */
  waitMs(network: string, account: string): number {
    const now = this.#clock.monotonicMs();
    return this.#startMs(network, account, now) - now;
  }

  #startMs(network: string, account: string, now: number): number {
    const home = this.#current(this.#homes, pair(network, account), now);
    if (home !== undefined) return Math.max(now, home.nextMs);
    const ofNetwork = this.#current(this.#networks, network, now);
    const ofAccount = this.#current(this.#accounts, account, now);
    const networkMs = Math.max(now, ofNetwork?.nextMs ?? now);
    if (ofAccount === undefined) return networkMs;
    // A network that has not failed yet stands in no line behind those that have: it waits as long as one of them.
    const pending = this.#current(this.#pairs, pair(network, account), now)?.pending ?? 0;
    if ((ofNetwork?.wrong ?? 0) === 0 && pending === 0)
      return Math.max(networkMs, now + delayMsAfter(ofAccount.wrong + ofAccount.pending));
    return Math.max(networkMs, ofAccount.nextMs);
  }

  #lineOf(network: string, account: string, now: number): Guesses {
    return this.#current(this.#homes, pair(network, account), now) ?? this.#entry(this.#accounts, account, now);
  }

  #count(network: string, account: string): void {
    const now = this.#clock.monotonicMs();
    const both = pair(network, account);
    const home = this.#current(this.#homes, both, now);
    const counted = [
      this.#entry(this.#networks, network, now),
      this.#entry(this.#accounts, account, now),
      this.#entry(this.#pairs, both, now),
      ...(home === undefined ? [] : [home]),
    ];
    for (const guesses of counted) {
      guesses.wrong++;
      guesses.lastMs = now;
      guesses.nextMs = Math.max(guesses.nextMs, now + delayMsAfter(guesses.wrong));
    }
  }

  // Only what this network failed at this account: else an account of one's own would buy guesses at all the others.
  #forgive(network: string, account: string): void {
    const now = this.#clock.monotonicMs();
    const both = pair(network, account);
    const forgiven = this.#current(this.#pairs, both, now)?.wrong ?? 0;
    for (const guesses of [this.#current(this.#networks, network, now), this.#current(this.#accounts, account, now)]) {
      if (guesses === undefined || forgiven === 0) continue;
      guesses.wrong = Math.max(0, guesses.wrong - forgiven);
      guesses.nextMs = Math.min(guesses.nextMs, now + delayMsAfter(guesses.wrong));
    }
    const ofPair = this.#current(this.#pairs, both, now);
    if (ofPair !== undefined) ofPair.wrong = 0;
    const home = this.#entry(this.#homes, both, now);
    home.wrong = 0;
    home.nextMs = 0;
  }

  #current(entries: RecentMap<Guesses>, key: string, now: number): Guesses | undefined {
    const guesses = entries.get(key);
    // A home stays one; what was wrong there is forgotten like everywhere.
    if (guesses !== undefined && guesses.pending === 0 && now - guesses.lastMs > guessesKeptMs) {
      guesses.wrong = 0;
      guesses.nextMs = 0;
    }
    return guesses;
  }

  #entry(entries: RecentMap<Guesses>, key: string, now: number): Guesses {
    const current = this.#current(entries, key, now);
    if (current !== undefined) return current;
    const made = fresh(now);
    entries.set(key, made);
    return made;
  }
}

const pair = (network: string, account: string): string => `${network} ${account}`;
const fresh = (now: number): Guesses => ({ wrong: 0, pending: 0, lastMs: now, nextMs: 0 });

function queueUp(line: Guesses, startMs: number, wrong: number): void {
  const delayMs = delayMsAfter(wrong);
  if (delayMs > 0) line.nextMs = Math.max(line.nextMs, startMs + delayMs);
}

/** How long to wait after so many wrong passwords. */
function delayMsAfter(wrong: number): number {
  if (wrong <= guessesFreeMax) return 0;
  return Math.min(guessDelayMsMax, guessDelayMsMin * 2 ** (wrong - guessesFreeMax - 1));
}
