// The server's protocols over one store in this process, on free ports of loopback, as tests of dialogues need them.
// Each test of a dialogue makes accounts of its own; disposing of it audits all of them and throws on a finding.

import { join } from "node:path";
import { imapMessagesPerCommandMax, messageBytesMax } from "../../src/base/limits.ts";
import { DeliveryOffice } from "../../src/delivery/delivery-office.ts";
import { AccountSessions } from "../../src/directory/account-sessions.ts";
import { ShareBook } from "../../src/directory/share-book.ts";
import type { ImapEvent } from "../../src/imap/events.ts";
import { usualImapPatience } from "../../src/imap/patience.ts";
import { ImapServer } from "../../src/imap/server.ts";
import type { AccountMail } from "../../src/mailbox/mail.ts";
import { MailService } from "../../src/mailbox/mail-service.ts";
import { SharingService } from "../../src/mailbox/sharing/sharing-service.ts";
import { type AccountId, asAccountId } from "../../src/model/ids.ts";
import { AcceptLimits } from "../../src/net/accept-limits.ts";
import type { Connection } from "../../src/net/connection.ts";
import { DeadlineWheel } from "../../src/net/deadline-wheel.ts";
import { Listener, type ListenerEvent } from "../../src/net/listener.ts";
import { TlsContexts } from "../../src/net/tls-contexts.ts";
import type { Pop3Event } from "../../src/pop3/events.ts";
import { usualPop3Patience } from "../../src/pop3/patience.ts";
import { Pop3Server, pop3RefusalLine } from "../../src/pop3/server.ts";
import type { PlaintextCredentials } from "../../src/sasl/mechanisms.ts";
import type { SmtpEvent } from "../../src/smtp/events.ts";
import { SmtpServer } from "../../src/smtp/server.ts";
import type { SmtpService } from "../../src/smtp/session.ts";
import type { DatabaseHooks } from "../../src/store/sqlite/sqlite-database.ts";
import { makeTlsPair } from "./certificates.ts";
import { embedded } from "./embedded.ts";
import { MemoryDirectory } from "./memory-directory.ts";
import { realEntropy } from "./stored-directory.ts";

export type Protocol = "pop3" | "imap" | "smtp" | "submission" | "lmtp";

/** How a listener differs from the usual one, which takes passwords in the clear and offers TLS. */
export interface Policy {
  readonly plaintext: PlaintextCredentials;
  readonly tls: "offered" | "absent";
  readonly loginDelaySeconds: number;
  readonly sessionsPerAccountMax: number;
  readonly unauthenticate: "offered" | "not-offered";
  readonly messagesPerCommandMax: number;
}

export const usualPolicy: Policy = {
  plaintext: "allowed",
  tls: "offered",
  loginDelaySeconds: 0,
  sessionsPerAccountMax: 20,
  unauthenticate: "not-offered",
  messagesPerCommandMax: imapMessagesPerCommandMax,
};

const realClock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const tickMs = 10;
const wideLimits = { connectionsMax: 10_000, connectionsPerAddressMax: 10_000, newPerMinutePerAddressMax: 1_000_000 };

type World = Awaited<ReturnType<typeof embedded>>;

export class PostOffice implements AsyncDisposable {
  readonly directory: MemoryDirectory;
  /** Bugs and what the listeners had to say: empty in a good test. */
  readonly faults: (ListenerEvent | SmtpEvent | Pop3Event | ImapEvent)[] = [];
  readonly pop3Events: Pop3Event[] = [];
  readonly imapEvents: ImapEvent[] = [];
  /** As they were first asked for. */
  readonly imapSessions: AccountSessions[] = [];
  readonly contexts: TlsContexts;
  readonly sharing: SharingService;
  readonly #world: World;
  readonly #wheel = new DeadlineWheel(tickMs).start();
  readonly #listeners = new Map<string, Promise<Listener>>();
  readonly #delivery: DeliveryOffice;
  #accounts = 0;

  private constructor(world: World, directory: MemoryDirectory, delivery: DeliveryOffice) {
    this.#world = world;
    this.directory = directory;
    this.#delivery = delivery;
    this.contexts = new TlsContexts(realEntropy.bytes(48));
    const tls = { standard: makeTlsPair(), others: [], minVersion: "TLSv1.2" } as const;
    const shares = new ShareBook(world.stores.directory);
    this.sharing = new SharingService({ mail: world.mail, shares, directory });
    this.contexts.load(tls, Date.now());
  }

  static async open(hooks: DatabaseHooks = {}): Promise<PostOffice> {
    const world = await embedded(hooks);
    const directory = new MemoryDirectory();
    const delivery = await DeliveryOffice.open({
      spoolFolder: join(world.folder, "spool"),
      database: world.stores.directory,
      mail: world.mail,
      directory,
      clock: realClock,
      entropy: realEntropy,
      host: "mail.example.org",
      messageBytesMax,
      smarthost: undefined,
      failed: (error) => {
        throw error;
      },
      noted: () => undefined,
    });
    return new PostOffice(world, directory, delivery);
  }

  get mail(): MailService {
    return this.#world.mail;
  }

  get dataFolder(): string {
    return this.#world.folder;
  }

  /** A new account with its standard mailboxes, known by `address` from now on. */
  async newAccount(address: string): Promise<AccountId> {
    const id = asAccountId((++this.#accounts).toString(16).padStart(16, "0"));
    await this.mail.create(id);
    this.directory.set(id, address);
    return id;
  }

  openMail(account: AccountId): Promise<AccountMail> {
    return this.mail.open(account);
  }

  /** Where the protocol is served under the policy; it is opened when first asked for. */
  async portOf(protocol: Protocol, policy: Policy = usualPolicy): Promise<number> {
    const key = JSON.stringify([protocol, policy]);
    const listening = this.#listeners.get(key) ?? this.#listen(this.#serverOf(protocol, policy));
    this.#listeners.set(key, listening);
    return (await listening).port ?? 0;
  }

  /** So many milliseconds pass in which no client says anything. */
  silence(milliseconds: number): void {
    for (let passedMs = 0; passedMs <= milliseconds + 2 * tickMs; passedMs += tickMs) this.#wheel.turn();
  }

  /** As at SIGTERM. */
  async stop(): Promise<void> {
    for (const listening of this.#listeners.values()) await (await listening).stop(1_000);
  }

  /** Resolves when no connection stands any more; throws when one stays. */
  async quiet(): Promise<void> {
    const deadline = performance.now() + 5_000;
    for (const listening of this.#listeners.values()) {
      const listener = await listening;
      while (listener.connections.size > 0) {
        if (performance.now() > deadline) throw new Error("a connection stands that its client has left");
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#wheel[Symbol.dispose]();
    await this.#delivery.stop();
    await this.#world[Symbol.asyncDispose]();
  }

  #serverOf(protocol: Protocol, policy: Policy): (connection: Connection) => Promise<void> {
    switch (protocol) {
      case "pop3":
        return this.#pop3(policy).serve;
      case "imap":
        return this.#imap(policy).serve;
      case "smtp":
      case "submission":
      case "lmtp":
        return this.#smtp(protocol, policy).serve;
    }
  }

  #smtp(service: SmtpService, { plaintext, tls, sessionsPerAccountMax }: Policy): SmtpServer {
    return new SmtpServer({
      service,
      reportsReach: "accounts",
      host: "mail.example.org",
      delivery: this.#delivery.delivery,
      credentials: this.directory,
      clock: realClock,
      entropy: realEntropy,
      startTls: tls === "offered" ? this.contexts : undefined,
      plaintext,
      messageBytesMax,
      sessions: new AccountSessions(sessionsPerAccountMax),
      report: (event) => {
        if (event.kind === "bug" || event.kind === "store-fault") this.faults.push(event);
      },
      errorDelayMs: 1,
    });
  }

  #pop3({ plaintext, tls, loginDelaySeconds, sessionsPerAccountMax }: Policy): Pop3Server {
    return new Pop3Server({
      mail: this.mail,
      directory: this.directory,
      clock: realClock,
      entropy: realEntropy,
      startTls: tls === "offered" ? this.contexts : undefined,
      plaintext,
      sessions: new AccountSessions(sessionsPerAccountMax),
      patience: usualPop3Patience,
      loginDelaySeconds,
      preferredLanguage: "en",
      implementation: "Dakghar-test",
      report: (event) => {
        this.pop3Events.push(event);
        if (event.kind === "bug" || event.kind === "store-fault") this.faults.push(event);
      },
    });
  }

  #imap({ plaintext, tls, sessionsPerAccountMax, unauthenticate, messagesPerCommandMax }: Policy): ImapServer {
    const sessions = new AccountSessions(sessionsPerAccountMax);
    this.imapSessions.push(sessions);
    return new ImapServer({
      mail: this.sharing,
      credentials: this.directory,
      directory: this.directory,
      clock: realClock,
      entropy: realEntropy,
      startTls: tls === "offered" ? this.contexts : undefined,
      plaintext,
      sessions,
      patience: usualImapPatience,
      unauthenticate,
      messageBytesMax,
      messagesPerCommandMax,
      report: (event) => {
        this.imapEvents.push(event);
        if (event.kind === "bug" || event.kind === "store-fault") this.faults.push(event);
      },
    });
  }

  #listen(serve: (connection: Connection) => Promise<void>): Promise<Listener> {
    return Listener.open({
      at: { host: "127.0.0.1", port: 0 },
      implicitTls: undefined,
      limits: new AcceptLimits(wideLimits, realClock),
      wheel: this.#wheel,
      serve,
      refusalLine: pop3RefusalLine,
      report: (event) => void this.faults.push(event),
    });
  }
}
