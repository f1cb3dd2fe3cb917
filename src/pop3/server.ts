// The POP3 server: one conversation for each connection.

import { utf8 } from "../base/bytes.ts";
import type { Clock, Entropy } from "../base/clock.ts";
import type { AccountSessions } from "../directory/account-sessions.ts";
import type { Mail } from "../mailbox/mail.ts";
import type { AccountId } from "../model/ids.ts";
import type { LanguageTag } from "../model/language.ts";
import { type Connection, ConnectionClosed } from "../net/connection.ts";
import type { TlsContexts } from "../net/tls-contexts.ts";
import type { Verified } from "../sasl/credential-port.ts";
import type { PlaintextCredentials } from "../sasl/mechanisms.ts";
import type { Pop3Context, Pop3Directory } from "./context.ts";
import { Conversation } from "./conversation.ts";
import type { EndReason, Pop3Event } from "./events.ts";
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
  readonly sessions: AccountSessions;
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

  constructor(parts: Pop3Parts) {
    this.#parts = parts;
    this.#loginDelay = new LoginDelay(parts.loginDelaySeconds, parts.clock);
  }

  /** One connection, from greeting to good-bye: the `serve` of a Listener. */
  readonly serve = async (connection: Connection): Promise<void> => {
    let account: AccountId | null = null;
    using scope = new DisposableStack();
    const enter = (id: AccountId): void => {
      scope.use(this.#parts.sessions.enter(id, () => connection.askToStop()));
      account = id;
    };
    const conversation = new Conversation(connection, {
      context: () => this.#contextOf(connection, enter),
      startTls: this.#parts.startTls,
      monotonicMs: () => this.#parts.clock.monotonicMs(),
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
      this.#parts.report({ kind: "ended", remoteAddress: connection.remoteAddress, account, why });
    }
  };

  #contextOf(connection: Connection, enter: (account: AccountId) => void): Pop3Context {
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
      admit: (verified) => this.#admit(verified, connection, enter),
    };
  }

  async #admit(
    { accountId, address }: Verified,
    connection: Connection,
    enter: (account: AccountId) => void,
  ): Promise<Maildrop | { readonly waitSeconds: number }> {
    const { mail, report } = this.#parts;
    const waitSeconds = this.#loginDelay.enter(accountId);
    if (waitSeconds > 0) return { waitSeconds };
    enter(accountId);
    const maildrop = await openMaildrop(mail, accountId);
    report({ kind: "logged-in", remoteAddress: connection.remoteAddress, account: accountId, address });
    return maildrop;
  }
}
