// Everything the server counts, by name. The Prometheus side (prom-client) reads the plain numbers at each scrape.

import { CounterFamily, Durations } from "./metric-family.ts";

export type ProtocolLabel = "imap" | "pop3" | "submission" | "smtp" | "lmtp";
export type CommandOutcome = "ok" | "refused" | "malformed" | "failed";

/** From a tenth of a millisecond, a write into the page cache, to ten seconds, a disk that is dying. */
const diskBoundsMs = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000];

export class Metrics {
  /** Connections accepted; "refused" are those over the limits, "handshake-failed" those that never got TLS up. */
  readonly connections = new CounterFamily<"protocol" | "outcome">();
  readonly commands = new CounterFamily<"protocol" | "command" | "outcome">();
  /** Attempts to log in: outcome "ok", "wrong", "throttled" or "disabled". */
  readonly logins = new CounterFamily<"protocol" | "outcome">();
  /** Messages that came in: outcome "delivered", "refused" or "failed", each recipient counted. */
  readonly deliveries = new CounterFamily<"protocol" | "outcome">();
  /** Tries to hand a queued message to the next server: outcome "sent", "retried" or "bounced". */
  readonly queueAttempts = new CounterFamily<"outcome">();
  readonly receivedBytes = new CounterFamily<"protocol">();
  readonly sentBytes = new CounterFamily<"protocol">();
  /** A unit of work from its first statement to its commit. */
  readonly commitDurations = new Durations(diskBoundsMs);
  /** Waiting for the disk to have it. */
  readonly flushDurations = new Durations(diskBoundsMs);
  readonly gauges: Gauge[] = [];

  /** A number that is read when someone asks: open connections, queue length, open accounts. */
  gauge(gauge: Gauge): void {
    this.gauges.push(gauge);
  }
}

export interface Gauge {
  /** Without the prefix: `queue_messages`. */
  readonly name: string;
  readonly help: string;
  readonly labelName?: string;
  /** One number, or one for each value of the label. */
  readonly read: () => number | ReadonlyMap<string, number>;
}
