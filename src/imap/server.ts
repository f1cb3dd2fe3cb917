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
import type { ImapEvent } from "./events.ts";
import { Features } from "./features.ts";
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

interface Admission {
  readonly conversation: Conversation;
  readonly seat: Seat;
  readonly remoteAddress: string;
}

export class ImapServer {
  readonly #parts: ImapParts;

  constructor(parts: ImapParts) {
    this.#parts = parts;
  }

  /** One connection, from greeting to good-bye: the `serve` of a Listener. */
  readonly serve = async (connection: Connection): Promise<void> => {
    const { clock, startTls, patience, sessions } = this.#parts;
    using seat = new Seat(sessions);
    const conversation: Conversation = new Conversation(
      {
        patience,
        begin: (link) => this.#begin(link, () => conversation, seat),
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
    this.#parts.report({ kind: "ended", remoteAddress: connection.remoteAddress, account, why });
  };

  #begin(connection: Connection, conversation: () => Conversation, seat: Seat): Session {
    const { credentials, entropy, plaintext, startTls, messageBytesMax, messagesPerCommandMax, unauthenticate } =
      this.#parts;
    seat[Symbol.dispose]();
    const { channelBindings, remoteAddress } = connection;
    const link: Link = {
      startTls: startTls !== undefined && !connection.secure ? "offered" : "not-offered",
      mechanisms: offeredMechanisms(channelBindings, plaintext),
      appendLimitBytes: messageBytesMax,
      messagesPerCommandMax,
      unauthenticate,
    };
    const features = new Features();
    const session: NotAuthenticated = {
      state: "not-authenticated",
      link,
      features,
      gate: {
        sasl: { credentials, entropy, channelBindings, source: { remoteAddress, protocol: "imap" } },
        admit: (verified) => this.#admit(verified, session, { conversation: conversation(), seat, remoteAddress }),
      },
    };
    return session;
  }

  async #admit(
    verified: Verified,
    { link, features }: NotAuthenticated,
    { conversation, seat, remoteAddress }: Admission,
  ): Promise<Authenticated> {
    const { accountId, address } = verified;
    seat.take(accountId, (text) => conversation.turnOut(text));
    const { settings } = await this.#parts.directory.account(accountId);
    const mail = await this.#parts.mail.open(accountId, address);
    features.withheld.switchOff(settings.withoutCapabilities);
    if (settings.administrator) features.quotas = new AccountQuotas(accountId, this.#parts);
    this.#parts.report({ kind: "logged-in", remoteAddress, account: accountId, address });
    return { state: "authenticated", link, features, mail };
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
