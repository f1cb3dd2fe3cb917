// The shape of a question: what is set up on each server, and what is then run on both in turn.

import type { BenchServer, ServerName } from "./bench-server.ts";
import type { DovecotOptions } from "./dovecot-server.ts";

/** One number a round gives besides CPU and wall time. */
export interface Figure {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
}

export interface Outcome {
  /** How many operations the round did; CPU and wall time are told for one. 0 when only figures matter. */
  readonly operations: number;
  readonly figures?: readonly Figure[];
}

/** One row of the table. */
export interface Case {
  readonly label: string;
  /** What one operation is. */
  readonly operation: string;
  /** Set up before each round, not measured. */
  readonly before?: () => Promise<void>;
  readonly run: () => Promise<Outcome>;
  /** Cleared away after each round; measured as CPU, since a server may put work off until then, and not as wall time. */
  readonly after?: () => Promise<void>;
  /** Rounds, when the ordinary number is too many. */
  readonly roundsMax?: number;
  /** Ended when both servers have had their rounds. */
  readonly end?: () => Promise<void>;
}

export interface Scale {
  readonly kind: "full" | "quick";
  /** How many to take of a number that is meant for a full run. */
  of(full: number): number;
}

export interface Question {
  readonly name: string;
  /** "own" servers are started for this question alone, so that nothing before it is in their memory. */
  readonly servers: "shared" | "own";
  /** "when-named": long or large, and not part of a run that names no question. */
  readonly asked?: "when-named";
  /** For what only one of them can do. */
  readonly of?: ServerName;
  /** How Dovecot differs from the shared one. */
  readonly dovecot?: Omit<DovecotOptions, "tls">;
  readonly prepare: (server: BenchServer, scale: Scale) => Promise<readonly Case[]>;
}

/** Throws when an answer is not what it must be: a fast wrong answer is no answer. */
export function expect(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`${what}: ${String(found)} instead of ${String(wanted)}`);
}
