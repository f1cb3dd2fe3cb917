// The store's port (src/store/store.ts) over SQLite in memory, where nothing happens by itself: units of work wait until
// they are told to commit, as many as one likes in one transaction, and commits wait until they are told to be on the
// disk. So every order that the port allows can be had, and had again. Of the engine only the journal of flags is the real
// one, without its file; the rest of it has tests of its own.

import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { AccountId, ModSeq } from "../../src/model/ids.ts";
import { ProblemRefusal, refuse } from "../../src/model/problem.ts";
import { BodyFiles } from "../../src/store/blob/body-files.ts";
import type { Row, Statement, Work } from "../../src/store/sql.ts";
import { FlagJournal } from "../../src/store/sqlite/flag-journal.ts";
import type { SqliteDatabase } from "../../src/store/sqlite/sqlite-database.ts";
import type { AccountStore, BodySink, Database, Durability, StoredBody, Stores } from "../../src/store/store.ts";
import type { FlagMarks } from "../../src/store/work/journaled-flags.ts";
import { listMailboxes, type MailboxRow } from "../../src/store/work/mailboxes.ts";
import { noTextIndex } from "../support/no-text-index.ts";

/** One unit of work that was run: what it answered or threw, and the account's change counter after it. */
export interface Ran {
  /** Whose it was: see `speaker`. */
  readonly by: unknown;
  readonly modSeqBefore: number;
  readonly modSeq: number;
  readonly value: unknown;
  readonly refusal: ProblemRefusal | null;
  /** The mailboxes that there are after it. */
  readonly mailboxes: readonly MailboxRow[];
}

/** Who a unit of work is done for: whatever a server does for a connection is done within `speaker.run(connection, ...)`. */
export const speaker = new AsyncLocalStorage<unknown>();

interface Waiting {
  readonly by: unknown;
  readonly work: () => Work<unknown>;
  readonly durability: Durability;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

type SchemaName = "account" | "directory";

const schemas: Readonly<Record<SchemaName, string>> = {
  account: readFileSync(new URL("../../src/store/sqlite/account.sql", import.meta.url), "utf8"),
  directory: readFileSync(new URL("../../src/store/sqlite/directory.sql", import.meta.url), "utf8"),
};

/** Connections with their statements are used again, since preparing those takes longer than a schedule. */
const spare: Record<SchemaName, ScheduledDatabase[]> = { account: [], directory: [] };

export class ScheduledDatabase implements Database {
  readonly #schema: SchemaName;
  readonly #connection = new DatabaseSync(":memory:");
  readonly #statements = new Map<TemplateStringsArray, StatementSync>();
  readonly #clear: string;
  /** Flags that are changed at once: in the rows before anything else is read or written, as the engine has it. */
  readonly #journal = new FlagJournal("/dev/null", {});
  #waiting: Waiting[] = [];
  #unflushed: (() => void)[] = [];
  #reads: (() => void)[] = [];
  /** Hears of every unit of work, after its transaction. */
  ran: (ran: Ran) => void = () => undefined;
  /** "at-once": each turn commits and flushes all, without being told. */
  pace: "scheduled" | "at-once" = "scheduled";
  /** "scheduled": reads wait to be told too, as in an engine on another machine. */
  reading: "scheduled" | "at-once" = "at-once";

  private constructor(schema: SchemaName) {
    this.#schema = schema;
    this.#connection.exec("pragma synchronous = off; pragma journal_mode = memory");
    this.#connection.exec(schemas[schema]);
    const tables = this.#connection.prepare("select name from sqlite_schema where type = 'table'").all();
    this.#clear = tables.map(({ name }) => `delete from ${String(name)};`).join("");
  }

  static take(schema: SchemaName): ScheduledDatabase {
    const database = spare[schema].pop() ?? new ScheduledDatabase(schema);
    database.pace = "scheduled";
    database.reading = "at-once";
    return database;
  }

  /** Empty, and somebody else's from now on. */
  giveBack(): void {
    this.#waiting = [];
    this.#unflushed = [];
    this.#reads = [];
    this.#journal.settled();
    this.ran = () => undefined;
    this.#connection.exec(this.#clear);
    const [first = ""] = /^insert into account values .*;$/m.exec(schemas[this.#schema]) ?? [];
    this.#connection.exec(first);
    spare[this.#schema].push(this);
  }

  get waiting(): number {
    return this.#waiting.length;
  }
  get unflushed(): number {
    return this.#unflushed.length;
  }
  get unread(): number {
    return this.#reads.length;
  }

  read<T>(work: () => Work<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const read = (): void => {
        this.settle();
        try {
          resolve(this.#step(work));
        } catch (error) {
          reject(error);
        }
      };
      if (this.pace === "at-once" || this.reading === "at-once") read();
      else this.#reads.push(read);
    });
  }

  /** The first `most` reads that wait are done. */
  completeReads(most: number): void {
    for (const read of this.#reads.splice(0, most)) read();
  }

  /** Null where it has to be written. */
  markFlags(marks: FlagMarks): ModSeq | null {
    const modSeq = this.#journal.take(marks, this as unknown as SqliteDatabase);
    if (modSeq === null) return null;
    const value = { changed: marks.messages.map(({ uid }) => uid) };
    this.ran({ by: speaker.getStore(), modSeqBefore: modSeq - 1, modSeq, value, refusal: null, mailboxes: [] });
    return modSeq;
  }

  // What the journal asks of its database.

  readonly promises = true;

  readNow<T>(work: () => Work<T>): T {
    return this.#step(work);
  }

  flushSoon(): void {
    // Flushes are the schedule's.
  }

  settle(): void {
    if (this.#journal.isEmpty) return;
    this.#step(() => this.#journal.work());
    this.#journal.settled();
  }

  write<T>(work: () => Work<T>, durability: Durability): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        by: speaker.getStore(),
        work,
        durability,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      if (this.pace === "at-once") queueMicrotask(() => this.commit(Infinity));
    });
  }

  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#unflushed.push(resolve);
      if (this.pace === "at-once") this.completeFlush();
    });
  }

  /** The first `most` units of work that wait share a transaction. */
  commit(most: number): void {
    const batch = this.#waiting.splice(0, most);
    if (batch.length === 0) return;
    this.settle();
    const all = batch.length === 1 ? null : this.#transact(batch);
    // As the engine does: one of several that fails after it has written makes each have a transaction of its own.
    const done = all ?? batch.flatMap((waiting) => this.#transact([waiting]) ?? []);
    for (const [at, { durability, resolve, reject }] of batch.entries()) {
      const ran = done[at];
      if (ran === undefined) continue;
      if ("thrown" in ran) reject(ran.thrown);
      else if (durability === "flushed") this.#unflushed.push(() => resolve(ran.value));
      else resolve(ran.value);
    }
    if (this.pace === "at-once") this.completeFlush();
    for (const ran of done) this.ran(ran);
  }

  /** All that is committed is on the disk. */
  completeFlush(): void {
    for (const resolve of this.#unflushed.splice(0)) resolve();
  }

  #transact(batch: readonly Waiting[]): (Ran & { readonly thrown?: unknown })[] | null {
    const done: (Ran & { readonly thrown?: unknown })[] = [];
    this.#connection.exec("begin");
    for (const { by, work } of batch) {
      const modSeqBefore = this.#modSeq();
      try {
        const value = this.#step(work);
        done.push({ by, modSeqBefore, modSeq: this.#modSeq(), value, refusal: null, mailboxes: this.#mailboxes() });
      } catch (thrown) {
        if (batch.length > 1) {
          this.#connection.exec("rollback");
          return null;
        }
        this.#connection.exec("rollback; begin");
        const refusal = thrown instanceof ProblemRefusal ? thrown : null;
        done.push({ by, modSeqBefore, modSeq: this.#modSeq(), value: undefined, refusal, thrown, mailboxes: [] });
      }
    }
    this.#connection.exec("commit");
    this.#journal.forget();
    return done;
  }

  #modSeq(): number {
    if (this.#schema === "directory") return 0;
    return Number(this.#prepare(counter).get()?.["mod_seq"] ?? 0);
  }

  #mailboxes(): readonly MailboxRow[] {
    return this.#schema === "account" ? this.#step(listMailboxes) : [];
  }

  #step<T>(work: () => Work<T>): T {
    const generator = work();
    let step = generator.next();
    while (step.done !== true) step = generator.next(this.#execute(step.value));
    return step.value;
  }

  #execute({ text, values, answer }: Statement): readonly Row[] {
    const prepared = this.#prepare(text);
    if (answer === "tuples") prepared.setReturnArrays(true);
    if (answer !== "none") return prepared.all(...values) as unknown as Row[];
    prepared.run(...values);
    return [];
  }

  #prepare(text: TemplateStringsArray): StatementSync {
    let prepared = this.#statements.get(text);
    if (prepared === undefined) {
      prepared = this.#connection.prepare(text.reduce((whole, part, at) => `${whole}?${at}${part}`));
      this.#statements.set(text, prepared);
    }
    return prepared;
  }
}

const counter = template`select mod_seq from account`;

function template(text: TemplateStringsArray): TemplateStringsArray {
  return text;
}

/** Small bodies only: larger ones would go to files. */
const bodies = new BodyFiles("/nonexistent");

class ScheduledAccountStore implements AccountStore {
  readonly account: AccountId;
  readonly textIndex = noTextIndex;
  readonly database = ScheduledDatabase.take("account");

  constructor(account: AccountId) {
    this.account = account;
  }

  read<T>(work: () => Work<T>): Promise<T> {
    return this.database.read(work);
  }
  write<T>(work: () => Work<T>, durability: Durability): Promise<T> {
    return this.database.write(work, durability);
  }
  flush(): Promise<void> {
    return this.database.flush();
  }
  markFlags(marks: FlagMarks): ModSeq | null {
    return this.database.markFlags(marks);
  }
  newBody(): BodySink {
    return bodies.sink();
  }
  fileBody(): StoredBody {
    throw refuse({ kind: "data-damaged" });
  }
  async removeFileBody(): Promise<void> {
    // There are none.
  }
  async *fileBodies(): AsyncIterable<never> {
    // There are none.
  }
  async close(): Promise<void> {
    // The memory is used again.
  }
}

export class ScheduledStores implements Stores {
  readonly directory = ScheduledDatabase.take("directory");
  readonly #accounts = new Map<AccountId, ScheduledAccountStore>();

  constructor() {
    this.directory.pace = "at-once";
  }

  databaseOf(id: AccountId): ScheduledDatabase {
    const store = this.#accounts.get(id);
    if (store === undefined) throw refuse({ kind: "account-missing" });
    return store.database;
  }

  async account(id: AccountId): Promise<AccountStore> {
    const store = this.#accounts.get(id);
    if (store === undefined) throw refuse({ kind: "account-missing" });
    return store;
  }
  async createAccount(id: AccountId): Promise<AccountStore> {
    const store = this.#accounts.get(id) ?? new ScheduledAccountStore(id);
    this.#accounts.set(id, store);
    return store;
  }
  async closeAccount(): Promise<void> {
    // Memory stays open.
  }
  async removeAccount(id: AccountId): Promise<void> {
    this.#accounts.get(id)?.database.giveBack();
    this.#accounts.delete(id);
  }
  async accountIds(): Promise<readonly AccountId[]> {
    return [...this.#accounts.keys()];
  }
  async close(): Promise<void> {
    for (const { database } of this.#accounts.values()) database.giveBack();
    this.#accounts.clear();
    this.directory.giveBack();
  }
}
