// SMTP, submission and LMTP over one store in this process, on free ports of loopback, with a queue behind them.

import { join } from "node:path";
import { messageBytesMax } from "../../src/base/limits.ts";
import { type DeliveryEvent, DeliveryOffice } from "../../src/delivery/delivery-office.ts";
import type { FilingPort } from "../../src/delivery/file-letter.ts";
import type { Smarthost } from "../../src/delivery/smarthost-connection.ts";
import { AccountSessions } from "../../src/directory/account-sessions.ts";
import type { Directory } from "../../src/directory/directory.ts";
import { type AccountId, asAccountId } from "../../src/model/ids.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import type { QuotaChange } from "../../src/model/quota.ts";
import type { NetworkOfHosts } from "../../src/net/networks.ts";
import { TlsContexts } from "../../src/net/tls-contexts.ts";
import type { PlaintextCredentials } from "../../src/sasl/mechanisms.ts";
import type { SmtpEvent } from "../../src/smtp/events.ts";
import { SmtpServer } from "../../src/smtp/server.ts";
import type { SmtpService } from "../../src/smtp/session.ts";
import { run, sql } from "../../src/store/sql.ts";
import { makeTlsPair } from "./certificates.ts";
import { embedded } from "./embedded.ts";
import { Loopback } from "./loopback-listener.ts";
import { MemoryDirectory } from "./memory-directory.ts";
import { realEntropy } from "./stored-directory.ts";

export interface SmtpWorldOptions {
  readonly smarthost?: Smarthost;
  /** Instead of the mail service itself, to let it fail. */
  readonly mail?: (mail: FilingPort) => FilingPort;
  readonly directory?: Directory;
  readonly messageBytesMax?: number;
}

/** How a listener differs from the usual one, which offers TLS and takes passwords in the clear. */
export interface ListenerOptions {
  readonly plaintext?: PlaintextCredentials;
  readonly tls?: "starttls" | "implicit" | "absent";
  readonly proxyFrom?: readonly NetworkOfHosts[];
}

export class SmtpWorld implements AsyncDisposable {
  readonly directory = new MemoryDirectory();
  readonly events: SmtpEvent[] = [];
  readonly queueEvents: DeliveryEvent[] = [];
  /** What went wrong and nobody waited for. */
  readonly failures: unknown[] = [];
  readonly contexts: TlsContexts;
  readonly #world: Awaited<ReturnType<typeof embedded>>;
  readonly #options: SmtpWorldOptions;
  readonly #listeners: Loopback[] = [];
  #office: DeliveryOffice | undefined;
  readonly #clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() + this.#aheadMs };
  #aheadMs = 0;
  #accounts = 0;

  private constructor(world: Awaited<ReturnType<typeof embedded>>, options: SmtpWorldOptions) {
    this.#world = world;
    this.#options = options;
    this.contexts = new TlsContexts(realEntropy.bytes(48));
    this.contexts.load({ standard: makeTlsPair(), others: [], minVersion: "TLSv1.2" }, Date.now());
  }

  static async open(options: SmtpWorldOptions = {}): Promise<SmtpWorld> {
    const world = new SmtpWorld(await embedded(), options);
    await world.openOffice();
    return world;
  }

  get office(): DeliveryOffice {
    if (this.#office === undefined) throw new Error("not open");
    return this.#office;
  }

  get stores() {
    return this.#world.stores;
  }

  get spoolFolder(): string {
    return join(this.#world.folder, "spool");
  }

  /** Also after `closeOffice`, as a start after an end. */
  async openOffice(smarthost: "none" | "as before" = "as before"): Promise<void> {
    const { mail } = this.#world;
    this.#office = await DeliveryOffice.open({
      spoolFolder: this.spoolFolder,
      database: this.#world.stores.directory,
      mail: this.#options.mail?.(mail) ?? mail,
      directory: this.#options.directory ?? this.directory,
      clock: this.#clock,
      entropy: realEntropy,
      host: "mail.example.org",
      messageBytesMax: this.#options.messageBytesMax ?? messageBytesMax,
      smarthost: smarthost === "none" ? undefined : this.#options.smarthost,
      failed: (error) => this.failures.push(error),
      noted: (event) => this.queueEvents.push(event),
    });
  }

  async closeOffice(): Promise<void> {
    await this.#office?.stop();
    this.#office = undefined;
  }

  /** A new account with its standard mailboxes, known by `name@example.org`; its password is "secret". */
  async account(name: string, settings: { readonly copySent?: boolean } = {}): Promise<AccountId> {
    const id = asAccountId((++this.#accounts).toString(16).padStart(16, "0"));
    await this.#world.mail.create(id);
    this.directory.set(id, `${name}@example.org`, settings);
    return id;
  }

  /** Limits what the account may hold. */
  async limit(account: AccountId, change: QuotaChange): Promise<void> {
    using mail = await this.#world.mail.open(account);
    await mail.changeQuota(change);
  }

  /** A listener of that kind; the port is its. */
  async listen(service: SmtpService, { plaintext = "allowed", tls = "starttls", proxyFrom }: ListenerOptions = {}) {
    const server = new SmtpServer({
      service,
      reportsReach: this.#options.smarthost === undefined ? "accounts" : "anybody",
      host: "mail.example.org",
      delivery: this.office.delivery,
      credentials: this.#options.directory ?? this.directory,
      clock: this.#clock,
      entropy: realEntropy,
      startTls: tls === "absent" ? undefined : this.contexts,
      plaintext,
      messageBytesMax: this.#options.messageBytesMax ?? messageBytesMax,
      sessions: new AccountSessions(20),
      report: (event) => this.events.push(event),
      errorDelayMs: 1,
    });
    const loopback = await Loopback.open(server.serve, {
      ...(tls === "implicit" ? { implicitTls: this.contexts } : {}),
      ...(proxyFrom === undefined ? {} : { proxyFrom }),
    });
    this.#listeners.push(loopback);
    return loopback;
  }

  /** Everything in the queue falls due at once. */
  async dueNow(): Promise<void> {
    await this.#world.stores.directory.write(() => run(sql`update queue_recipient set next_attempt_at = 0`), "flushed");
    await this.office.queue.hurry("smarthost");
  }

  /** As if a worker that is no more had everything in its hands. */
  async leaseAll(): Promise<void> {
    await this.#world.stores.directory.write(
      () => run(sql`update queue_recipient set lease = 'gone', lease_until = ${Date.now() + 3_600_000}`),
      "flushed",
    );
  }

  /** A server that is left alone for a while has been left alone long enough. */
  endPause(): void {
    this.#aheadMs += 3_600_000;
  }

  /** As if the queue had had this for so long. */
  async age(milliseconds: number, attempts: number): Promise<void> {
    await this.#world.stores.directory.write(function* () {
      yield* run(sql`update queue_letter set queued_at = queued_at - ${milliseconds}`);
      yield* run(sql`update queue_recipient set attempts = ${attempts}`);
    }, "flushed");
  }

  /** The messages of a mailbox, oldest first, as text of one character a byte. */
  async messages(account: AccountId, mailbox = "INBOX"): Promise<string[]> {
    using mail = await this.#world.mail.open(account);
    using open = await mail.open((await mail.find(mailboxName(mailbox))).id, "read-only");
    const texts: string[] = [];
    for (let seq = 1; seq <= open.exists; seq++) {
      const facts = open.facts(open.uidAt(seq) ?? 0);
      if (facts === undefined) continue;
      const body = await open.body(facts.content);
      texts.push(Buffer.from(await body.slice(0, body.size)).toString("latin1"));
    }
    return texts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const loopback of this.#listeners) await loopback[Symbol.asyncDispose]();
    await this.closeOffice();
    await this.#world[Symbol.asyncDispose]();
    const bugs = this.events.filter(({ kind }) => kind === "bug");
    if (bugs.length > 0) throw new Error("the server had bugs", { cause: bugs[0] });
  }
}
