// The IMAP server: one conversation for each connection, and which of them belong to which account.

import type { Clock, Entropy } from "../base/clock.ts";
import type { Mail } from "../mailbox/mail.ts";
import type { AccountId } from "../model/ids.ts";
import { type ProblemRefusal, refuse } from "../model/problem.ts";
import type { Connection } from "../net/connection.ts";
import type { TlsContexts } from "../net/tls-contexts.ts";
import type { CredentialPort, Verified } from "../sasl/credential-port.ts";
import { offeredMechanisms, type PlaintextCredentials } from "../sasl/mechanisms.ts";
import { Conversation } from "./conversation.ts";
import type { ImapEvent } from "./events.ts";
import { Features } from "./features.ts";
import type { ImapPatience } from "./patience.ts";
import type { Authenticated, Link, NotAuthenticated, Session } from "./session.ts";

export interface ImapParts {
  readonly mail: Mail;
  readonly credentials: CredentialPort;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** What STARTTLS uses; undefined where there is no certificate. */
  readonly startTls: TlsContexts | undefined;
  /** "allowed" only in trial mode on loopback (RFC 8314 3). */
  readonly plaintext: PlaintextCredentials;
  readonly sessionsPerAccountMax: number;
  readonly patience: ImapPatience;
  /** The largest message that APPEND takes. */
  readonly messageBytesMax: number;
  readonly report: (event: ImapEvent) => void;
}

export class ImapServer {
  readonly #parts: ImapParts;
  readonly #byAccount = new Map<AccountId, Set<Conversation>>();

  constructor(parts: ImapParts) {
    this.#parts = parts;
  }

  /** One connection, from greeting to good-bye: the `serve` of a Listener. */
  readonly serve = async (connection: Connection): Promise<void> => {
    const { clock, startTls, patience } = this.#parts;
    const conversation: Conversation = new Conversation(
      {
        patience,
        begin: (link) => this.#begin(link, () => conversation),
        startTls: (link) => {
          if (startTls === undefined) throw new Error("STARTTLS without a certificate");
          return link.startTls(startTls);
        },
        nowMs: () => clock.nowMs(),
        monotonicMs: () => clock.monotonicMs(),
        refused: (error, command, session) => this.#refused(error, command, { session, connection }),
        bug: (error, command) => this.#bug(error, command),
      },
      connection,
    );
    const why = await conversation.run();
    const { session } = conversation;
    const account = session.state === "not-authenticated" ? null : session.mail.account;
    if (account !== null) this.#release(account, conversation);
    this.#parts.report({ kind: "ended", remoteAddress: connection.remoteAddress, account, why });
  };

  /** Sessions of an account that stand. */
  sessionsOf(account: AccountId): number {
    return this.#byAccount.get(account)?.size ?? 0;
  }

  /** Ends an account's sessions with BYE and this text: it has been disabled or removed, or its password changed. */
  endSessions(account: AccountId, text: string): void {
    for (const conversation of this.#byAccount.get(account) ?? []) conversation.turnOut(text);
  }

  #begin(connection: Connection, conversation: () => Conversation): Session {
    const { credentials, entropy, plaintext, startTls, messageBytesMax } = this.#parts;
    const { channelBindings, remoteAddress } = connection;
    const link: Link = {
      startTls: startTls !== undefined && !connection.secure ? "offered" : "not-offered",
      mechanisms: offeredMechanisms(channelBindings, plaintext),
      appendLimitBytes: messageBytesMax,
    };
    const features = new Features();
    const session: NotAuthenticated = {
      state: "not-authenticated",
      link,
      features,
      gate: {
        sasl: { credentials, entropy, channelBindings, source: { remoteAddress, protocol: "imap" } },
        admit: (verified) => this.#admit(verified, session, { conversation: conversation(), remoteAddress }),
      },
    };
    return session;
  }

  async #admit(
    verified: Verified,
    { link, features }: NotAuthenticated,
    { conversation, remoteAddress }: { readonly conversation: Conversation; readonly remoteAddress: string },
  ): Promise<Authenticated> {
    const { accountId, address } = verified;
    if (this.sessionsOf(accountId) >= this.#parts.sessionsPerAccountMax)
      throw refuse({ kind: "limit-reached", what: "IMAP sessions of the account" });
    const mail = await this.#parts.mail.open(accountId);
    const conversations = this.#byAccount.get(accountId) ?? new Set();
    this.#byAccount.set(accountId, conversations.add(conversation));
    this.#parts.report({ kind: "logged-in", remoteAddress, account: accountId, address });
    return { state: "authenticated", link, features, mail };
  }

  #release(account: AccountId, conversation: Conversation): void {
    const conversations = this.#byAccount.get(account);
    conversations?.delete(conversation);
    if (conversations?.size === 0) this.#byAccount.delete(account);
  }

  #refused(
    { problem, cause }: ProblemRefusal,
    command: string,
    { session, connection }: { readonly session: Session; readonly connection: Connection },
  ): void {
    const { report } = this.#parts;
    if (session.state === "not-authenticated")
      report({ kind: "login-refused", remoteAddress: connection.remoteAddress, problem, cause });
    else if (storeFaults.has(problem.kind)) report({ kind: "store-fault", command, problem, cause });
  }

  #bug(error: unknown, command: string): string {
    const errorId = this.#parts.entropy.bytes(6).toHex();
    this.#parts.report({ kind: "bug", command, errorId, error });
    return errorId;
  }
}

const storeFaults = new Set<string>(["disk-full", "store-unavailable", "data-damaged"]);
