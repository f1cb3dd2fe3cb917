// The SMTP server: one conversation for each connection.

import { latin1 } from "../base/bytes.ts";
import type { Clock, Entropy } from "../base/clock.ts";
import { smtpErrorDelayMs } from "../base/limits.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { AccountSessions } from "../directory/account-sessions.ts";
import type { AccountId } from "../model/ids.ts";
import { type Connection, ConnectionClosed } from "../net/connection.ts";
import type { TlsContexts } from "../net/tls-contexts.ts";
import type { CredentialPort, Verified } from "../sasl/credential-port.ts";
import type { PlaintextCredentials } from "../sasl/mechanisms.ts";
import { Conversation } from "./conversation.ts";
import type { EndReason, SmtpEvent } from "./events.ts";
import type { SessionParts, SmtpService } from "./session.ts";
import { formatReply, reply } from "./wire/reply.ts";

export interface SmtpParts {
  readonly service: SmtpService;
  /** This server's name, in the greeting and in EHLO's answer. */
  readonly host: string;
  readonly delivery: Delivery;
  readonly credentials: CredentialPort;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** What STARTTLS uses; undefined where there is no certificate. */
  readonly startTls: TlsContexts | undefined;
  /** "allowed" only in trial mode on loopback (RFC 8314 3). */
  readonly plaintext: PlaintextCredentials;
  /** Whom reports on delivery reach: anybody where there is a smarthost. */
  readonly reportsReach: "anybody" | "accounts";
  /** Announced by SIZE; the spool has the same. */
  readonly messageBytesMax: number;
  readonly sessions: AccountSessions;
  readonly report: (event: SmtpEvent) => void;
  /** `smtpErrorDelayMs`, unless a test is in a hurry. */
  readonly errorDelayMs?: number;
}

/** What a client over the limits is told before its connection ends. */
export const smtpRefusalLine: Uint8Array = latin1(
  formatReply(reply(421, "4.7.0", "Too many connections; please try again later")),
);

export class SmtpServer {
  readonly #parts: SmtpParts;

  constructor(parts: SmtpParts) {
    this.#parts = parts;
  }

  /** One connection, from greeting to good-bye: the `serve` of a Listener. */
  readonly serve = async (connection: Connection): Promise<void> => {
    let account: AccountId | null = null;
    using scope = new DisposableStack();
    const admit = ({ accountId }: Verified): void => {
      scope.use(this.#parts.sessions.enter(accountId, () => connection.askToStop()));
      account = accountId;
    };
    const conversation = new Conversation(connection, this.#sessionParts(admit), this.#parts.startTls);
    let why: EndReason = "connection-lost";
    try {
      why = await conversation.run();
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) throw error;
    } finally {
      this.#parts.report({ kind: "ended", remoteAddress: connection.remoteAddress, account, why });
    }
  };

  #sessionParts(admit: SessionParts["admit"]): SessionParts {
    const { service, host, delivery, credentials, clock, entropy, messageBytesMax, plaintext, report } = this.#parts;
    const { reportsReach } = this.#parts;
    return {
      service,
      host,
      delivery,
      credentials,
      clock,
      entropy,
      startTls: this.#parts.startTls === undefined ? "impossible" : "possible",
      reportsReach,
      messageBytesMax,
      plaintext,
      errorDelayMs: this.#parts.errorDelayMs ?? smtpErrorDelayMs,
      admit,
      report,
    };
  }
}
