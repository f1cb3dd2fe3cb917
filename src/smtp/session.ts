// What a session knows (RFC 5321 3 and 4.1.4): who said hello, who has logged in, which transaction is open. The types
// name the states that commands ask for.

import type { Clock, Entropy } from "../base/clock.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { Origin, ReleaseRequest, ReturnedContent, RoutedRecipient } from "../delivery/envelope.ts";
import type { CredentialPort, Verified } from "../sasl/credential-port.ts";
import type { PlaintextCredentials } from "../sasl/mechanisms.ts";
import type { ChunkedMessage } from "./chunked-message.ts";
import type { SmtpEvent } from "./events.ts";

/** What a listener is for: mail from other servers (RFC 5321), from people's programs (RFC 6409), or RFC 2033's. */
export type SmtpService = "smtp" | "submission" | "lmtp";

/** What commands may use. */
export interface SessionParts {
  readonly service: SmtpService;
  /** This server's name, in the greeting. */
  readonly host: string;
  readonly delivery: Pick<Delivery, "route" | "checkSender" | "checkRoom" | "freshId" | "newLetter" | "accept">;
  readonly credentials: CredentialPort;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Whether there is a certificate to start TLS with. */
  readonly startTls: "possible" | "impossible";
  /** Whom reports on delivery reach: anybody, through a smarthost, or accounts of this server alone. */
  readonly reportsReach: "anybody" | "accounts";
  /** Announced by SIZE. */
  readonly messageBytesMax: number;
  /** RFC 8314 3: only trial mode on loopback takes passwords in the clear. */
  readonly plaintext: PlaintextCredentials;
  /** How long a refusal takes once there have been some (`smtpErrorDelayMs`). */
  readonly errorDelayMs: number;
  /** Throws limit-reached when the account has too many sessions already. */
  readonly admit: (verified: Verified) => void;
  readonly report: (event: SmtpEvent) => void;
}

/** What the connection under the session is like now: it changes with STARTTLS. */
export interface ClientFacts {
  readonly remoteAddress: string;
  readonly secure: boolean;
  /** Undefined without TLS. */
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
}

export interface Hello {
  readonly verb: "HELO" | "EHLO" | "LHLO";
  /** Undefined when what the client called itself is no name that could stand in a trace field. */
  readonly name: string | undefined;
}

/** RFC 5321 3.3: opened by MAIL. */
export interface Transaction {
  readonly sender: string;
  readonly international: boolean;
  readonly returned: ReturnedContent | undefined;
  readonly envelopeId: string | undefined;
  readonly release: ReleaseRequest | undefined;
  readonly recipients: RoutedRecipient[];
  /** What has come by BDAT (RFC 3030 2), from the first chunk on. */
  chunks: ChunkedMessage | undefined;
}

export class Session {
  readonly parts: SessionParts;
  readonly client: ClientFacts;
  hello: Hello | undefined;
  identity: Verified | undefined;
  transaction: Transaction | undefined;
  authFailures = 0;

  constructor(parts: SessionParts, client: ClientFacts) {
    this.parts = parts;
    this.client = client;
  }

  /** RFC 3207 4.2: "The server MUST discard any knowledge obtained from the client" before TLS. */
  async forget(): Promise<void> {
    this.hello = undefined;
    this.identity = undefined;
    await this.endTransaction();
  }

  /** Drops what has come of a message and is not accepted. */
  async endTransaction(): Promise<void> {
    const chunks = this.transaction?.chunks;
    this.transaction = undefined;
    await chunks?.discard();
  }

  /** On whose word a message would be taken now. */
  get origin(): Origin {
    if (this.identity === undefined) return { kind: "stranger" };
    return { kind: "account", account: this.identity.accountId, address: this.identity.address };
  }
}

export type Greeted = Session & { readonly hello: Hello };
export type InTransaction = Greeted & { readonly transaction: Transaction };

export function isGreeted(session: Session): session is Greeted {
  return session.hello !== undefined;
}

export function isInTransaction(session: Session): session is InTransaction {
  return session.hello !== undefined && session.transaction !== undefined;
}
