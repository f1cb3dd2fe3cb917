// The IMAP server: one conversation for each connection.

import type { Clock, Entropy } from "../base/clock.ts";
import type { AccountSessions } from "../directory/account-sessions.ts";
import type { Directory } from "../directory/directory.ts";
import type { PersonalMail } from "../mailbox/sharing/personal-mail.ts";
import type { AccountId } from "../model/ids.ts";
import type { ProblemRefusal } from "../model/problem.ts";
import type { Connection } from "../net/connection.ts";
import type { TlsContexts } from "../net/tls-contexts.ts";
import type { CredentialPort, Verified } from "../sasl/credential-port.ts";
import { offeredMechanisms, type PlaintextCredentials } from "../sasl/mechanisms.ts";
import { AccountQuotas } from "./account-quotas.ts";
import { Conversation } from "./conversation.ts";
import type { EndReason, ImapEvent } from "./events.ts";
import { Features } from "./features.ts";
import type { Host } from "./host.ts";
import type { ImapPatience } from "./patience.ts";
import { Seat } from "./seat.ts";
import type { Authenticated, Link, NotAuthenticated, Session } from "./session.ts";

/** Opens each person's mail, with what others share. Throws ProblemRefusal. */
export interface PeoplesMail {
  open(account: AccountId, address: string): Promise<PersonalMail>;
}

export interface ImapParts {
  readonly mail: PeoplesMail;
  readonly credentials: CredentialPort;
  readonly directory: Pick<Directory, "account" | "accountAt">;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** What STARTTLS uses; undefined where there is no certificate. */
  readonly startTls: TlsContexts | undefined;
  readonly unauthenticate: Link["unauthenticate"];
  /** "allowed" only in trial mode on loopback (RFC 8314 3). */
  readonly plaintext: PlaintextCredentials;
  readonly sessions: AccountSessions;
  readonly patience: ImapPatience;
  /** The largest message that APPEND takes. */
  readonly messageBytesMax: number;
  /** How many messages one command works on. */
  readonly messagesPerCommandMax: number;
  readonly report: (event: ImapEvent) => void;
}

export class ImapServer {
  readonly #parts: ImapParts;

  constructor(parts: ImapParts) {
    this.#parts = parts;
  }

  /** One connection, from greeting to good-bye: the `serve` of a Listener. */
  readonly serve = (connection: Connection): Promise<void> => new Visit(this.#parts, connection).conversation.run();
}

/** One connection as the server around it sees it. */
class Visit implements Host {
  readonly conversation: Conversation;
  readonly #parts: ImapParts;
  readonly #connection: Connection;
  readonly #seat: Seat;

  constructor(parts: ImapParts, connection: Connection) {
    this.#parts = parts;
    this.#connection = connection;
    this.#seat = new Seat(parts.sessions);
    this.conversation = new Conversation(this, connection);
  }

  get patience(): ImapPatience {
    return this.#parts.patience;
  }

  nowMs(): number {
    return this.#parts.clock.nowMs();
  }

  monotonicMs(): number {
    return this.#parts.clock.monotonicMs();
  }

  async startTls(): Promise<void> {
    const { startTls } = this.#parts;
    if (startTls === undefined) throw new Error("STARTTLS without a certificate");
    await this.#connection.startTls(startTls);
  }

  begin(): Session {
    const { plaintext, startTls, messageBytesMax, messagesPerCommandMax, unauthenticate } = this.#parts;
    this.#seat[Symbol.dispose]();
    const { channelBindings, secure } = this.#connection;
    const link: Link = {
      startTls: startTls !== undefined && !secure ? "offered" : "not-offered",
      mechanisms: offeredMechanisms(channelBindings, plaintext),
      appendLimitBytes: messageBytesMax,
      messagesPerCommandMax,
      unauthenticate,
    };
    return this.#notAuthenticated(link, new Features());
  }

  #notAuthenticated(link: Link, features: Features): NotAuthenticated {
    const { credentials, entropy } = this.#parts;
    const { channelBindings, remoteAddress } = this.#connection;
    return {
      state: "not-authenticated",
      link,
      features,
      gate: {
        sasl: { credentials, entropy, channelBindings, source: { remoteAddress, protocol: "imap" } },
        admit: (verified) => this.#admit(verified, link, features),
      },
    };
  }

  async #admit({ accountId, address }: Verified, link: Link, features: Features): Promise<Authenticated> {
    const { conversation } = this;
    this.#seat.take(accountId, (text) => conversation.turnOut(text));
    const { settings } = await this.#parts.directory.account(accountId);
    const mail = await this.#parts.mail.open(accountId, address);
    features.withheld.switchOff(settings.withoutCapabilities);
    if (settings.administrator) features.quotas = new AccountQuotas(accountId, this.#parts);
    const { remoteAddress } = this.#connection;
    this.#parts.report({ kind: "logged-in", remoteAddress, account: accountId, address });
    return { state: "authenticated", link, features, mail };
  }

  ended(why: EndReason | null, session: Session): void {
    this.#seat[Symbol.dispose]();
    if (why === null) return;
    const account = session.state === "not-authenticated" ? null : session.mail.account;
    this.#parts.report({ kind: "ended", remoteAddress: this.#connection.remoteAddress, account, why });
  }

  refused({ problem, cause }: ProblemRefusal, command: string, session: Session): void {
    const { report } = this.#parts;
    if (session.state === "not-authenticated")
      report({ kind: "login-refused", remoteAddress: this.#connection.remoteAddress, problem, cause });
    else if (storeFaults.has(problem.kind)) report({ kind: "store-fault", command, problem, cause });
  }

  bug(error: unknown, command: string): string {
    const errorId = this.#parts.entropy.bytes(6).toHex();
    this.#parts.report({ kind: "bug", command, errorId, error });
    return errorId;
  }
}

const storeFaults = new Set<string>(["disk-full", "store-unavailable", "data-damaged"]);
