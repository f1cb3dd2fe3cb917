// The whole server in this process, on connections and a store that do nothing by themselves, with a clock and a chance of
// its own; and the account that its clients work on.

import { ShareBook } from "../../src/directory/share-book.ts";
import { MailService } from "../../src/mailbox/mail-service.ts";
import { SharingService } from "../../src/mailbox/sharing/sharing-service.ts";
import { asAccountId } from "../../src/model/ids.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import { unlimited } from "../../src/model/quota.ts";
import { noRights, parseRights } from "../../src/model/rights.ts";
import { Connection, ConnectionClosed } from "../../src/net/connection.ts";
import { DeadlineWheel } from "../../src/net/deadline-wheel.ts";
import { auditAccount } from "../../src/store/audit.ts";
import { listMailboxes, type MailboxRow } from "../../src/store/work/mailboxes.ts";
import { Chance } from "../support/chance.ts";
import { stage } from "../support/embedded.ts";
import { MemoryDirectory } from "../support/memory-directory.ts";
import type { Committer } from "./client.ts";
import { Finding } from "./finding.ts";
import { newLetter } from "./letters.ts";
import { Account, firstVersion, Mailbox, type Person } from "./model.ts";
import type { Pipe } from "./pipe.ts";
import type { Schedule } from "./schedule.ts";
import { type Ran, type ScheduledDatabase, ScheduledStores, speaker } from "./scheduled-store.ts";
import { type Mutation, type Protocol, serversOf } from "./servers.ts";

/** More than a view may be behind. */
const logEntriesKept = 12;
const accountId = asAccountId("00000000000000aa");
const bobsId = asAccountId("00000000000000bb");
export class Office {
  readonly account: Account;
  readonly database: ScheduledDatabase;
  /** The first thing that went wrong where nobody asked. */
  fault: Error | null = null;
  readonly #stores: ScheduledStores;
  readonly #service: MailService;
  readonly #wheel = new DeadlineWheel(1_000);
  readonly #serve: Readonly<Record<Protocol, (connection: Connection) => Promise<void>>>;
  readonly #clock: TickingClock;

  private constructor(stores: ScheduledStores, service: MailService, parts: Parts) {
    const { clock, mutation, directory, sharing, schedule } = parts;
    this.#stores = stores;
    this.#service = service;
    this.#clock = clock;
    this.database = stores.databaseOf(accountId);
    const rows = this.#mailboxes();
    const first = rows.map((row) => new Mailbox(row, { commit: 0, name: row.name }, row.highestModSeq));
    this.account = new Account(first, Math.max(...rows.map(({ modSeq }) => modSeq)), schedule);
    const failed = (error: unknown): void => this.#failed(error);
    const { messagesPerCommandMax } = schedule;
    const database = stores.directory;
    this.#serve = serversOf({ service, sharing, directory, database, clock, messagesPerCommandMax, mutation, failed });
    this.database.ran = (ran) => this.#committed(ran);
  }

  static async open(schedule: Schedule, mutation: Mutation): Promise<Office> {
    const stores = new ScheduledStores();
    await stores.createAccount(accountId);
    const database = stores.databaseOf(accountId);
    database.pace = "at-once";
    const clock = new TickingClock();
    const { messagesMax } = schedule;
    const service = new MailService(stores, clock, { bytes: unlimited, messages: messagesMax, mailboxes: unlimited });
    await service.create(accountId);
    using mail = await service.open(accountId);
    await mail.create(mailboxName("Box"));
    const directory = new MemoryDirectory();
    directory.set(accountId, addressOf("alice"));
    const sharing = new SharingService({ mail: service, shares: new ShareBook(stores.directory), directory });
    if (schedule.clients.some(({ person }) => person === "bob"))
      await admitBob({ stores, service, directory, sharing });
    const office = new Office(stores, service, { clock, mutation, directory, sharing, schedule });
    await office.#fill(schedule);
    database.pace = "scheduled";
    database.reading = schedule.reading;
    return office;
  }

  connect(protocol: Protocol, pipe: Pipe, by: Committer): void {
    const connection = new Connection(pipe.socket, this.#wheel, "plain");
    const done = speaker.run(by, () => this.#serve[protocol](connection));
    done.then(
      () => connection.close(),
      (error: unknown) => {
        if (!(error instanceof ConnectionClosed)) this.#failed(error);
        connection.destroy();
      },
    );
  }

  /** The log is folded, as it is now and then. */
  maintain(): void {
    const failed = (error: unknown): void => this.#failed(error);
    this.#service.open(accountId).then(async (mail) => {
      await mail.foldLog(logEntriesKept);
      mail[Symbol.dispose]();
    }, failed);
  }

  /** Time passes. */
  tick(): void {
    this.#clock.tick();
  }

  /** What the audit finds in the store. */
  async audit(): Promise<readonly string[]> {
    this.database.pace = "at-once";
    return await auditAccount(await this.#stores.account(accountId), () => undefined);
  }

  async close(): Promise<void> {
    this.database.pace = "at-once";
    this.database.ran = () => undefined;
    this.database.completeReads(Infinity);
    this.database.commit(Infinity);
    this.database.completeFlush();
    await this.#service.stop();
    await this.#stores.close();
  }

  #committed({ by, modSeqBefore, modSeq, value, refusal, mailboxes }: Ran): void {
    const { account } = this;
    // Who was told of messages as \Recent is no change of the account.
    if (value === undefined && refusal === null) return;
    if (modSeq < modSeqBefore || modSeqBefore < account.modSeq)
      throw new Finding(`the change counter went from ${account.modSeq} to ${modSeqBefore} and ${modSeq}`);
    account.modSeq = modSeq;
    // Nor is the number that Bob has in Alice's account.
    if (by === undefined || typeof value === "number") return;
    account.commit++;
    const refused = refusal?.problem.kind ?? null;
    (by as Committer).commit({
      number: account.commit,
      modSeq,
      value,
      refused,
      mailboxes,
    });
  }

  #mailboxes(): readonly MailboxRow[] {
    return this.database.readNow(listMailboxes);
  }

  async #fill({ seed, letters, messagesMax }: Schedule): Promise<void> {
    const chance = new Chance(seed ^ 0x5eed);
    const { account } = this;
    using mail = await this.#service.open(accountId);
    const inbox = await mail.find(mailboxName("INBOX"));
    for (let count = Math.min(letters, messagesMax); count > 0; count--) {
      const { name, octets, dateMs } = newLetter(chance);
      const message = await stage(mail, Buffer.from(octets, "latin1"));
      await mail.append(inbox.id, [{ message, flags: { bits: 0, keywords: [] }, internalDateMs: dateMs }]);
      account.commit++;
      const content = { name, octets, whole: "whole", size: octets.length, internalDateMs: dateMs } as const;
      account.inbox.add(content, firstVersion("", "alice", account));
      account.wasAnswered(account.commit);
    }
  }

  #failed(error: unknown): void {
    this.fault ??= error instanceof Error ? error : new Error(JSON.stringify(error));
  }
}

/** Bob has an account of his own, and may do with INBOX and Archive of Alice what one does to messages. */
async function admitBob({ stores, service, directory, sharing }: Admission): Promise<void> {
  await stores.createAccount(bobsId);
  stores.databaseOf(bobsId).pace = "at-once";
  await service.create(bobsId);
  directory.set(bobsId, addressOf("bob"));
  using mail = await sharing.open(accountId, addressOf("alice"));
  const rights = parseRights("lrswite") ?? noRights;
  for (const name of ["INBOX", "Archive"])
    await mail.changeAcl(mailboxName(name), { identifier: addressOf("bob"), rights, how: "replace" });
}

function addressOf(person: Person): string {
  return `${person}@example.org`;
}

interface Admission {
  readonly stores: ScheduledStores;
  readonly service: MailService;
  readonly directory: MemoryDirectory;
  readonly sharing: SharingService;
}

interface Parts extends Pick<Admission, "directory" | "sharing"> {
  readonly clock: TickingClock;
  readonly mutation: Mutation;
  readonly schedule: Schedule;
}

/** Some milliseconds a step. */
class TickingClock {
  #passedMs = 0;

  tick(): void {
    this.#passedMs += 7;
  }
  nowMs(): number {
    return Date.UTC(2026, 5, 1, 12) + this.#passedMs;
  }
  monotonicMs(): number {
    return this.#passedMs;
  }
}
