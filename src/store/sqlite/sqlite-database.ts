// One SQLite database file in WAL mode: runs units of work on the event loop's thread and never waits there for a disk.
// The connection itself syncs nothing (synchronous=OFF). A commit is on the disk once the write-ahead log has been
// flushed by fdatasync in the thread pool, which one call does for every commit before it (group commit). Checkpoints
// run in a worker thread (checkpointer.ts) that syncs. The log file is made longer ahead of its use and used again from
// its beginning: flushing bytes that lie within a file is several times faster than flushing a file that grew.
// docs/decisions/0010-who-writes.md has the reasons and figures.

import { close, fdatasync, fstatSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { promisify } from "node:util";
import type { Clock } from "../../base/clock.ts";
import { lazyFlushMs, walBytesMax, walWaitBytesMax } from "../../base/limits.ts";
import { refuse } from "../../model/problem.ts";
import { diskProblem } from "../disk-problem.ts";
import type { Row, SqlValue, Statement, Work } from "../sql.ts";
import type { Database, Durability } from "../store.ts";
import type { Checkpointer } from "./checkpointer.ts";
import { flushFolder } from "./data-folder.ts";

interface Waiting {
  readonly work: () => Work<unknown>;
  readonly durability: Durability;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

type Settled = { readonly value: unknown } | { readonly reason: unknown };

/** What happens on the way to the disk, for metrics and for faults in tests. */
export interface DatabaseHooks {
  /**
   * Called at named points: `before-commit`, `after-commit`, `after-flush`, `before-checkpoint`, `after-checkpoint`,
   * `before-journal`, `after-journal`.
   */
  reached?(point: string): void;
  /** How long a flush took. */
  flushed?(milliseconds: number): void;
  /** A disk error that no caller waits for. */
  failed?(error: unknown): void;
  /** An index over text cannot be used or kept up; nothing is lost by that. */
  indexFailed?(error: unknown): void;
}

/** What has been promised already and is not in the database yet. It goes in before anything else is read or written. */
export interface Backlog {
  readonly isEmpty: boolean;
  /** Puts it in. May be started more than once. */
  work(): Work<void>;
  /** It has been committed. */
  settled(): void;
  /** Something else has been committed. */
  forget(): void;
}

export interface DatabaseOptions {
  readonly clock: Clock;
  readonly hooks: DatabaseHooks;
  readonly backlog?: Backlog;
}

export class SqliteDatabase implements Database {
  readonly path: string;
  readonly #checkpointer: Checkpointer;
  readonly #clock: Clock;
  readonly #hooks: DatabaseHooks;
  readonly #backlog: Backlog | null;
  #connection: DatabaseSync;
  /** The write-ahead log's file descriptor; -1 before it is open. */
  #log = -1;
  #statements = new Map<TemplateStringsArray, StatementSync>();
  #waiting: Waiting[] = [];
  #turn: NodeJS.Immediate | null = null;
  /** Set while nothing may be written: a checkpoint is ending, or the disk failed. */
  #paused: "no" | "checkpoint" | "failed" | "closed" = "no";
  /** Why nothing can be written while it is "failed". */
  #failedBy: "disk-full" | "store-unavailable" = "store-unavailable";
  #committed = 0;
  #flushedTo = 0;
  #flushing: Promise<void> | null = null;
  #lazyFlush: NodeJS.Timeout | null = null;
  /** About how many bytes the log holds that are not in the database file yet. */
  #logBytes = 0;
  /** How long the log file is. */
  #logFileBytes = 0;
  #checkpointing: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;

  private constructor(path: string, checkpointer: Checkpointer, { clock, hooks, backlog }: DatabaseOptions) {
    this.path = path;
    this.#checkpointer = checkpointer;
    this.#clock = clock;
    this.#hooks = hooks;
    this.#backlog = backlog ?? null;
    this.#connection = connect(path);
  }

  /** Opens the file, which must exist with its schema. */
  static async open(path: string, checkpointer: Checkpointer, options: DatabaseOptions): Promise<SqliteDatabase> {
    const database = new SqliteDatabase(path, checkpointer, options);
    await database.#openLog();
    return database;
  }

  // The write-ahead log outlives every checkpoint as one file while this connection is open, so one handle will do.
  // POSIX locks are not at risk from it: in WAL mode SQLite locks the database and the shared-memory file only.
  async #openLog(): Promise<void> {
    this.#log = openSync(`${this.path}-wal`, "r+");
    // What an earlier process committed and did not live to flush.
    await flushFile(this.#log);
    // The log may have been made just now: its name must outlive a power failure as well as its bytes.
    await flushFolder(dirname(this.path));
    this.#logFileBytes = fstatSync(this.#log).size;
    this.#logBytes = this.#logFileBytes;
  }

  async read<T>(work: () => Work<T>): Promise<T> {
    if (this.#paused === "closed") throw refuse({ kind: "store-unavailable" });
    // The end of a checkpoint is waited for, as writers do, only if there is something to be written first.
    while (this.#paused === "checkpoint" && this.#backlog?.isEmpty === false) await this.#checkpointing;
    this.#trySettle();
    return this.#step(work);
  }

  /** Reads at once, and without what is in the backlog. */
  readNow<T>(work: () => Work<T>): T {
    return this.#step(work);
  }

  /** True when what is promised now will be written, though perhaps not at once. */
  get promises(): boolean {
    return this.#paused === "no" || this.#paused === "checkpoint";
  }

  /** Commits the backlog, if that can be done now. Throws what a commit throws. */
  settle(): void {
    const backlog = this.#backlog;
    if (backlog === null || backlog.isEmpty || this.#paused !== "no") return;
    this.#commit(() => this.#step(() => backlog.work()));
    backlog.settled();
    this.flushSoon();
  }

  /** Sees to it that all that is promised now is on the disk within `lazyFlushMs`. */
  flushSoon(): void {
    this.#flushAfter(lazyFlushMs);
  }

  #flushAfter(delayMs: number): void {
    this.#lazyFlush ??= setTimeout(() => {
      this.#lazyFlush = null;
      this.#trySettle();
      if (this.promises) this.#flushTo(this.#committed).catch((error: unknown) => this.#hooks.failed?.(error));
      // A checkpoint is ending, or the disk is full or has failed.
      if (this.#backlog?.isEmpty === false)
        this.#flushAfter(this.#paused === "checkpoint" ? lazyFlushMs : backlogRetryMs);
    }, delayMs);
  }

  write<T>(work: () => Work<T>, durability: Durability): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#paused === "failed" || this.#paused === "closed") {
        reject(refuse({ kind: this.#paused === "failed" ? this.#failedBy : "store-unavailable" }));
        return;
      }
      // oxlint-disable-next-line no-unsafe-type-assertion -- the queue holds work of any result
      this.#waiting.push({ work, durability, resolve: resolve as (value: unknown) => void, reject });
      this.#takeTurn();
    });
  }

  async flush(): Promise<void> {
    this.settle();
    await this.#flushTo(this.#committed);
  }

  /** Ends the log in the database file and closes it. Waits for what is under way. */
  async close(): Promise<void> {
    if (this.#paused === "closed") return;
    await this.#checkpointing;
    if (this.#turn !== null) clearImmediate(this.#turn);
    if (this.#waiting.length > 0) this.#runBatch();
    // What that wrote may have begun another checkpoint.
    await this.#checkpointing;
    const healthy = this.#paused !== "failed";
    if (healthy) {
      this.#trySettle();
      await this.#flushTo(this.#committed);
    }
    this.#paused = "closed";
    if (this.#lazyFlush !== null) clearTimeout(this.#lazyFlush);
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (healthy) await this.#checkpointer.checkpoint(this.path, "truncate");
    // What is left to do for the closing connection must be synced like everything else.
    this.#connection.exec("pragma synchronous = full");
    this.#statements.clear();
    this.#connection.close();
    await closeFile(this.#log);
  }

  // All that was asked for in this turn of the event loop shares one transaction.
  #takeTurn(): void {
    if (this.#turn !== null || this.#paused !== "no") return;
    this.#turn = setImmediate(() => {
      this.#turn = null;
      if (this.#paused === "no" && this.#waiting.length > 0) this.#runBatch();
    });
  }

  #runBatch(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      this.settle();
    } catch (reason) {
      for (const { reject } of batch) reject(reason);
      return;
    }
    const settled = batch.length === 1 ? null : this.#transact(batch);
    if (settled !== null) this.#conclude(batch, settled);
    // One of several failed after it had written: each gets a transaction of its own, so that it alone is undone.
    else for (const waiting of batch) this.#conclude([waiting], this.#transact([waiting]) ?? []);
    if (this.#logBytes > walBytesMax) this.#startCheckpoint();
    if (this.#logBytes > walWaitBytesMax && this.#paused === "no") this.#paused = "checkpoint";
  }

  // A file that grows makes each flush write the file system's journal too.
  #lengthenLog(): void {
    const end = fstatSync(this.#log).size;
    if (end <= this.#logFileBytes) return;
    this.#logFileBytes = end;
    try {
      this.#logFileBytes += writeSync(this.#log, zeros, 0, zeros.length, end);
    } catch (error) {
      // A disk with no room to spare still has room for what is committed: only the gain is lost.
      this.#hooks.failed?.(error);
    }
  }

  /** Null when the transaction was undone because one of several works failed in it. */
  #transact(batch: readonly Waiting[]): Settled[] | null {
    const settled: Settled[] = [];
    try {
      this.#commit(() => {
        if (batch.length === 1) for (const { work } of batch) settled.push({ value: this.#step(work) });
        else if (!this.#stepEach(batch, settled)) throw new Undone();
      });
    } catch (reason) {
      return reason instanceof Undone ? null : batch.map(() => ({ reason }));
    }
    this.#backlog?.forget();
    return settled;
  }

  /** Commits what `steps` does; undoes it when that throws. */
  #commit(steps: () => void): void {
    try {
      this.#prepare(begin).run();
      steps();
      this.#hooks.reached?.("before-commit");
      this.#prepare(commit).run();
    } catch (error) {
      if (this.#connection.isTransaction) this.#connection.exec("rollback");
      throw diskProblem(error) ?? error;
    }
    this.#committed++;
    this.#logBytes += commitLogBytes;
    this.#hooks.reached?.("after-commit");
  }

  // A disk that is full keeps nobody from reading; the log of changes tells later what could not be written now.
  #trySettle(): void {
    try {
      this.settle();
    } catch (error) {
      this.#hooks.failed?.(error);
    }
  }

  /** False when one failed after it had written something. One that only read before it refused harms nobody. */
  #stepEach(batch: readonly Waiting[], settled: Settled[]): boolean {
    for (const { work } of batch) {
      const changes = this.#changes();
      try {
        settled.push({ value: this.#step(work) });
      } catch (reason) {
        if (this.#changes() !== changes) return false;
        settled.push({ reason });
      }
    }
    return true;
  }

  #conclude(batch: readonly Waiting[], settled: readonly Settled[]): void {
    const flushed: [Waiting, unknown][] = [];
    let lazy = false;
    for (const [at, waiting] of batch.entries()) {
      const outcome = settled[at];
      if (outcome === undefined || "reason" in outcome) waiting.reject(outcome?.reason);
      else if (waiting.durability === "flushed") flushed.push([waiting, outcome.value]);
      else {
        lazy = true;
        waiting.resolve(outcome.value);
      }
    }
    if (flushed.length > 0) {
      this.#flushTo(this.#committed).then(
        () => flushed.forEach(([waiting, value]) => waiting.resolve(value)),
        (error: unknown) => flushed.forEach(([waiting]) => waiting.reject(error)),
      );
    } else if (lazy) this.flushSoon();
  }

  async #flushTo(target: number): Promise<void> {
    while (this.#flushedTo < target) {
      if (this.#paused === "failed") throw refuse({ kind: this.#failedBy });
      // A flush under way may have begun before our commit: wait for it, then look again.
      this.#flushing ??= this.#flushOnce().finally(() => {
        this.#flushing = null;
      });
      await this.#flushing;
    }
  }

  async #flushOnce(): Promise<void> {
    const covers = this.#committed;
    this.#lengthenLog();
    const from = this.#clock.monotonicMs();
    try {
      await flushFile(this.#log);
    } catch (error) {
      this.#fail(error);
      throw refuse({ kind: "store-unavailable" }, error);
    }
    this.#flushedTo = covers;
    this.#hooks.flushed?.(this.#clock.monotonicMs() - from);
    this.#hooks.reached?.("after-flush");
  }

  #startCheckpoint(): void {
    if (this.#checkpointing !== null || this.#paused !== "no") return;
    this.#checkpointing = this.#checkpoint()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#checkpointing = null;
        this.#takeTurn();
      });
  }

  async #checkpoint(): Promise<void> {
    this.#hooks.reached?.("before-checkpoint");
    // Most of it while writing goes on; the worker's open snapshot keeps us from starting the log over ...
    await this.#checkpointer.checkpoint(this.path, "passive");
    // ... and the end while writers wait, so that neither side meets the other's lock.
    if (this.#paused === "failed" || this.#paused === "closed") return;
    this.#paused = "checkpoint";
    try {
      await this.#checkpointer.checkpoint(this.path, "restart");
      this.#logBytes = 0;
      this.#flushedTo = this.#committed;
    } finally {
      if (this.#paused === "checkpoint") this.#paused = "no";
    }
    this.#hooks.reached?.("after-checkpoint");
  }

  // After a failed fsync the kernel may have dropped the pages it could not write, and a second fsync may say OK all the
  // same. So nothing more is written over this connection: reading goes on, and the log is read anew from the disk.
  #fail(error: unknown): void {
    if (this.#paused === "failed" || this.#paused === "closed") return;
    this.#paused = "failed";
    this.#failedBy = diskProblem(error)?.problem.kind === "disk-full" ? "disk-full" : "store-unavailable";
    this.#hooks.failed?.(error);
    for (const waiting of this.#waiting) waiting.reject(refuse({ kind: this.#failedBy }, error));
    this.#waiting = [];
    this.#scheduleRepair(1_000);
  }

  #scheduleRepair(delayMs: number): void {
    this.#retry = setTimeout(() => {
      this.#repair().catch((error: unknown) => {
        this.#hooks.failed?.(error);
        if (this.#paused === "failed") this.#scheduleRepair(Math.min(delayMs * 2, 30_000));
      });
    }, delayMs);
    this.#retry.unref();
  }

  /** Moves the log into the database file with every sync done, and starts afresh with an empty log. */
  async #repair(): Promise<void> {
    await this.#checkpointer.checkpoint(this.path, "truncate");
    await flushFile(this.#log);
    this.#statements.clear();
    this.#connection.close();
    this.#connection = connect(this.path);
    await closeFile(this.#log);
    await this.#openLog();
    this.#flushedTo = this.#committed;
    this.#paused = "no";
    this.#takeTurn();
  }

  #changes(): number {
    return Number(this.#prepare(totalChanges).get()?.["n"]);
  }

  #prepare(text: TemplateStringsArray): StatementSync {
    let prepared = this.#statements.get(text);
    if (prepared === undefined) {
      prepared = this.#connection.prepare(render(text));
      this.#statements.set(text, prepared);
    }
    return prepared;
  }

  #step<T>(work: () => Work<T>): T {
    const generator = work();
    try {
      let step = generator.next();
      while (step.done !== true) step = generator.next(this.#execute(step.value));
      return step.value;
    } catch (error) {
      throw diskProblem(error) ?? error;
    }
  }

  #execute(statement: Statement): readonly Row[] {
    const prepared = this.#prepare(statement.text);
    if (statement.answer === "none") {
      this.#logBytes += statementLogBytes + bytesOf(statement.values);
      prepared.run(...statement.values);
      return noRows;
    }
    // A template is always asked in the same way.
    if (statement.answer === "tuples") prepared.setReturnArrays(true);
    // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
    return prepared.all(...statement.values) as unknown as Row[];
  }
}

/** One of several works failed after it had written something. */
class Undone extends Error {}

/** When a disk that did not take the backlog is asked again. */
const backlogRetryMs = 5_000;
/** What a commit adds to the log beside the bytes it was given, about: the pages that any change touches. */
const commitLogBytes = 24 * 1024;
/** ... and what each statement adds, about. */
const statementLogBytes = 256;
/** By how much the log file is made longer when its end is reached. */
const zeros = new Uint8Array(512 * 1024);

// The callback forms cost a third of what the promise forms of node:fs do, and this is done for each message.
const flushFile = promisify(fdatasync);
const closeFile = promisify(close);

function bytesOf(values: readonly SqlValue[]): number {
  let bytes = 0;
  for (const value of values) if (value instanceof Uint8Array || typeof value === "string") bytes += value.length;
  return bytes;
}

const noRows: readonly Row[] = [];

const totalChanges = template`select total_changes() as n`;
const begin = template`begin immediate`;
const commit = template`commit`;

function template(text: TemplateStringsArray): TemplateStringsArray {
  return text;
}

// node:sqlite binds ?1 by position and takes $1 for a name.
function render(text: TemplateStringsArray): string {
  return text.reduce((whole, part, at) => `${whole}?${at}${part}`);
}

function connect(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: 5_000 });
  connection.exec(
    "pragma journal_mode = wal; pragma synchronous = off; pragma wal_autocheckpoint = 0; pragma temp_store = memory; pragma cache_size = -1024; pragma trusted_schema = off",
  );
  // The log file comes into being with the first transaction.
  connection.exec("begin immediate; commit");
  return connection;
}
