// A schedule: who is there, and what happens one thing after another. Each step means something by itself, whatever came
// before it: a step that has nothing to do does nothing. So every part of a schedule is a schedule too, and can be shrunk.

import { Chance } from "../support/chance.ts";
import { type DialectName, dialects } from "./dialect.ts";
import type { Person } from "./model.ts";

export type ClientKind = "imap" | "pop3" | "sender";

export interface ClientPlan {
  readonly kind: ClientKind;
  readonly dialects: readonly DialectName[];
  /** Bob comes over IMAP alone. */
  readonly person: Person;
  readonly windowBytes: number;
  readonly wire: "at-once" | "scheduled";
}

export type Step =
  /** A client says something; what, the choice decides. */
  | { readonly kind: "act"; readonly who: number; readonly choice: number }
  | { readonly kind: "carry" | "hear"; readonly who: number; readonly octets: number }
  | { readonly kind: "commit" | "read"; readonly most: number }
  /** The store's log is folded. */
  | { readonly kind: "maintain" }
  | { readonly kind: "flush" | "cut"; readonly who: number };

export interface Schedule {
  readonly seed: number;
  readonly clients: readonly ClientPlan[];
  /** Messages in INBOX to begin with. */
  readonly letters: number;
  readonly messagesMax: number;
  readonly messagesPerCommandMax: number;
  /** "at-once": what is to be written is committed and flushed without being told. */
  readonly store: "at-once" | "scheduled";
  readonly reading: "at-once" | "scheduled";
  readonly steps: readonly Step[];
}

const dialectNames = Object.keys(dialects) as DialectName[];

export function scheduleOf(seed: number): Schedule {
  const chance = new Chance(seed);
  const store = chance.happens(0.2) ? "at-once" : "scheduled";
  const clients = Array.from({ length: chance.between(2, 5) }, (_, at) => clientPlan(at, chance));
  const length = chance.between(40, 320);
  return {
    seed,
    clients,
    letters: chance.below(7),
    messagesMax: chance.happens(0.2) ? chance.between(4, 14) : 1_000,
    messagesPerCommandMax: chance.happens(0.15) ? chance.between(2, 5) : 1_000_000,
    store,
    reading: chance.happens(0.3) ? "scheduled" : "at-once",
    steps: Array.from({ length }, () => step(clients.length, chance)),
  };
}

function clientPlan(at: number, chance: Chance): ClientPlan {
  const kind = at < 2 || chance.happens(0.6) ? "imap" : chance.pick(["pop3", "sender"] as const);
  return {
    kind,
    dialects: chance.happens(0.3) ? dialectNames : [chance.pick(dialectNames)],
    person: at > 0 && kind === "imap" && chance.happens(0.3) ? "bob" : "alice",
    windowBytes: chance.pick([64, 500, 1_000_000, 1_000_000]),
    wire: chance.happens(0.6) ? "at-once" : "scheduled",
  };
}

function step(clients: number, chance: Chance): Step {
  const who = chance.below(clients);
  const kind = chance.below(20);
  if (kind < 10) return { kind: "act", who, choice: chance.below(0x1_0000_0000) };
  const octets = chance.happens(0.6) ? 1_000_000 : chance.between(1, 60);
  if (kind < 13) return { kind: "carry", who, octets };
  if (kind < 15) return { kind: "hear", who, octets };
  const most = chance.happens(0.5) ? 1_000 : chance.between(1, 2);
  if (kind < 17) return { kind: chance.happens(0.3) ? "read" : "commit", most };
  if (kind < 19 || chance.happens(0.9)) return { kind: "flush", who };
  return chance.happens(0.5) ? { kind: "cut", who } : { kind: "maintain" };
}
