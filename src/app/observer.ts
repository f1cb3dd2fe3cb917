// Turns what happens in the parts of the server into log lines and metrics. No line holds a password or a message.

import type { DeliveryEvent } from "../delivery/delivery-office.ts";
import { parseAddress } from "../directory/address.ts";
import type { AttemptOutcome } from "../directory/authenticator.ts";
import type { ImapEvent } from "../imap/events.ts";
import type { ListenerEvent } from "../net/listener.ts";
import type { Faults } from "../observe/faults.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics, ProtocolLabel } from "../observe/metrics.ts";
import type { PrometheusPage } from "../observe/prometheus.ts";
import type { Pop3Event } from "../pop3/events.ts";
import type { AttemptSource } from "../sasl/credential-port.ts";
import type { SmtpEvent } from "../smtp/events.ts";
import type { DatabaseHooks } from "../store/sqlite/sqlite-database.ts";

export class Observer {
  readonly log: Log;
  readonly #faults: Faults;
  readonly #metrics: Metrics;

  constructor(log: Log, faults: Faults, metrics: Metrics) {
    this.log = log;
    this.#faults = faults;
    this.#metrics = metrics;
  }

  /** The metrics for a scraper; once for the process. */
  async page(): Promise<PrometheusPage> {
    const { prometheusPage } = await import("../observe/prometheus.ts");
    return prometheusPage(this.#metrics);
  }

  /** A bug, or an error that nobody waits for; answers with the id to find it by. */
  readonly noteFault = (error: unknown): string => this.#faults.record(error, {}, "something failed");

  readonly attempted = (outcome: AttemptOutcome, user: string, source: AttemptSource): void => {
    const label = outcome === "right" ? "ok" : outcome;
    this.#metrics.logins.cell({ protocol: source.protocol, outcome: label }).value += 1;
    // Some people type the password where their name belongs: what is no address is not written down.
    const name = parseAddress(user) === undefined ? "(no address)" : user;
    if (outcome !== "right") this.log.warn({ user: name, outcome, ...source }, "login refused");
  };

  get databaseHooks(): DatabaseHooks {
    return {
      flushed: (milliseconds) => this.#metrics.flushDurations.observe(milliseconds),
      failed: (error) => this.log.error({ error }, "the disk failed"),
      indexFailed: (error) => this.log.error({ error }, "a search index failed: searches read the messages meanwhile"),
    };
  }

  /** For the listener of that name. */
  ofListener(listener: string, protocol: ProtocolLabel): (event: ListenerEvent) => void {
    const count = (outcome: string): void => {
      this.#metrics.connections.cell({ protocol, outcome }).value += 1;
    };
    return (event) => {
      switch (event.kind) {
        case "refused":
          count("refused");
          this.log.warn({ listener, remoteAddress: event.remoteAddress, why: event.why }, "connection refused");
          break;
        case "handshake-failed":
          count("handshake-failed");
          this.log.info({ listener, remoteAddress: event.remoteAddress, error: event.error }, "no TLS came up");
          break;
        case "accept-failed":
          this.log.error({ listener, error: event.error }, "a connection could not be accepted");
          break;
        case "session-failed":
          this.#faults.record(event.error, { listener, remoteAddress: event.remoteAddress }, "a session failed");
          break;
      }
    };
  }

  readonly delivery = (event: DeliveryEvent): void => {
    const { kind, ...fields } = event;
    if (kind === "unreachable") {
      this.log.warn(fields, "the smarthost cannot be reached");
      return;
    }
    if (kind === "unreported") {
      this.log.warn(fields, "no more reports to an address that may not have sent what they are about");
      return;
    }
    this.#metrics.queueAttempts.cell({ outcome: kind }).value += 1;
    this.log.info(fields, `queue: ${kind}`);
  };

  /** For the adapter of that protocol. */
  session(protocol: ProtocolLabel, event: ImapEvent | Pop3Event | SmtpEvent): void {
    const { kind, ...fields } = event;
    switch (event.kind) {
      case "logged-in":
        this.#metrics.connections.cell({ protocol, outcome: "logged-in" }).value += 1;
        this.log.info({ protocol, ...fields }, "logged in");
        break;
      case "deleted":
        this.log.info({ protocol, ...fields }, "messages deleted");
        break;
      case "accepted":
        this.#metrics.deliveries.cell({ protocol, outcome: "delivered" }).value += event.recipients;
        this.log.info({ protocol, ...fields }, "message accepted");
        break;
      case "message-refused":
        this.#metrics.deliveries.cell({ protocol, outcome: "refused" }).value += event.recipients;
        this.log.info({ protocol, ...fields }, "message refused");
        break;
      case "recipient-refused":
        this.#metrics.deliveries.cell({ protocol, outcome: "refused" }).value += 1;
        this.log.info({ protocol, ...fields }, "recipient refused");
        break;
      case "store-fault":
        this.log.error(
          { protocol, command: event.command, problem: event.problem.kind, cause: event.cause },
          "the store refused",
        );
        break;
      case "bug":
        this.log.error({ protocol, ...fields }, "a command failed");
        break;
      case "login-refused":
      case "ended":
        this.log.debug({ protocol, ...fields }, kind);
        break;
    }
  }
}
