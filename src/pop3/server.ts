// The POP3 server: one conversation for each connection, and which of them belong to which account.

import { utf8 } from "../base/bytes.ts";
import type { Clock, Entropy } from "../base/clock.ts";
import type { Mail } from "../mailbox/mail.ts";
import type { AccountId } from "../model/ids.ts";
import { refuse } from "../model/problem.ts";
import { type Connection, ConnectionClosed } from "../net/connection.ts";
import type { TlsContexts } from "../net/tls-contexts.ts";
import type { Verified } from "../sasl/credential-port.ts";
import type { PlaintextCredentials } from "../sasl/mechanisms.ts";
import type { Pop3Context, Pop3Directory } from "./context.ts";
import { Conversation } from "./conversation.ts";
import type { EndReason, Pop3Event } from "./events.ts";
import type { LanguageTag } from "./language/languages.ts";
import { LoginDelay } from "./login-delay.ts";
import { type Maildrop, openMaildrop } from "./maildrop.ts";
import type { Pop3Patience } from "./patience.ts";

export interface Pop3Parts {
  readonly mail: Mail;
  readonly directory: Pop3Directory;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** What STLS uses; undefined where there is no certificate. */
  readonly startTls: TlsContexts | undefined;
  /** "allowed" only in trial mode on loopback (RFC 8314 3). */
  readonly plaintext: PlaintextCredentials;
  readonly sessionsPerAccountMax: number;
  readonly patience: Pop3Patience;
  /** Seconds between two logins of an account (RFC 2449 6.5); 0 for none, which is usual. */
  readonly loginDelaySeconds: number;
  /** What `LANG *` chooses (RFC 6856 3.2). */
  readonly preferredLanguage: LanguageTag;
  /** Name and version for CAPA, without spaces. */
  readonly implementation: string;
  readonly report: (event: Pop3Event) => void;
}

/** What a client over the limits is told before its connection ends (RFC 3206 4). */
export const pop3RefusalLine: Uint8Array = utf8("-ERR [SYS/TEMP] Too many connections; please try again later\r\n");

export class Pop3Server {
  readonly #parts: Pop3Parts;
  readonly #loginDelay: LoginDelay;
  readonly #byAccount = new Map<AccountId, Set<Connection>>();

  constructor(parts: Pop3Parts) {
    this.#parts = parts;
    this.#loginDelay = new LoginDelay(parts.loginDelaySeconds, parts.clock);
  }

  /** One connection, from greeting to good-bye: the `serve` of a Listener. */
  readonly serve = async (connection: Connection): Promise<void> => {
    let account: AccountId | null = null;
    const admitted = (id: AccountId): void => {
      account = id;
    };
    const conversation = new Conversation(connection, {
      context: () => this.#contextOf(connection, admitted),
      startTls: this.#parts.startTls,
      report: this.#parts.report,
      newErrorId: () => this.#parts.entropy.bytes(6).toHex(),
    });
    let why: EndReason = "connection-lost";
    try {
      why = await conversation.run();
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) throw error;
    } finally {
      conversation.end();
      if (account !== null) this.#release(account, connection);
      this.#parts.report({ kind: "ended", remoteAddress: connection.remoteAddress, account, why });
    }
  };

  /** Sessions of an account that stand. */
  sessionsOf(account: AccountId): number {
    return this.#byAccount.get(account)?.size ?? 0;
  }

  /** Ends an account's sessions after the command at hand: it has been disabled or removed, or its password changed. */
  endSessions(account: AccountId): void {
    for (const connection of this.#byAccount.get(account) ?? []) connection.askToStop();
  }

  #contextOf(connection: Connection, admitted: (account: AccountId) => void): Pop3Context {
    const { directory, entropy, loginDelaySeconds, preferredLanguage, implementation, report } = this.#parts;
    const { startTls, plaintext, patience } = this.#parts;
    const { remoteAddress, secure } = connection;
    const unlessActive = startTls === undefined ? "absent" : "offered";
    return {
      directory,
      entropy,
      patience,
      loginDelaySeconds,
      preferredLanguage,
      implementation,
      remoteAddress,
      tls: secure ? "active" : unlessActive,
      plaintext,
      report,
      loginRefused: ({ problem, cause }) => report({ kind: "login-refused", remoteAddress, problem, cause }),
      admit: (verified) => this.#admit(verified, connection, admitted),
    };
  }

  async #admit(
    { accountId, address }: Verified,
    connection: Connection,
    admitted: (account: AccountId) => void,
  ): Promise<Maildrop | { readonly waitSeconds: number }> {
    const { mail, report, sessionsPerAccountMax } = this.#parts;
    const connections = this.#byAccount.get(accountId) ?? new Set();
    if (connections.size >= sessionsPerAccountMax) {
      throw refuse({ kind: "limit-reached", what: "POP3 sessions of the account" });
    }
    const waitSeconds = this.#loginDelay.enter(accountId);
    if (waitSeconds > 0) return { waitSeconds };
    const maildrop = await openMaildrop(mail, accountId);
    this.#byAccount.set(accountId, connections.add(connection));
    admitted(accountId);
    report({ kind: "logged-in", remoteAddress: connection.remoteAddress, account: accountId, address });
    return maildrop;
  }

  #release(account: AccountId, connection: Connection): void {
    const connections = this.#byAccount.get(account);
    connections?.delete(connection);
    if (connections?.size === 0) this.#byAccount.delete(account);
  }
}
