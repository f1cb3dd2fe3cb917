// One account's index as the rest of the store sees it: questions are read here, everything else is asked of the indexing
// thread. When the file turns out to be damaged, or another's, it is set aside and made again; searches scan meanwhile.

import { existsSync } from "node:fs";
import {
  indexBatchMessages,
  indexDelayMs,
  indexRemovalsMax,
  indexRetryMsMax,
  indexRetryMsMin,
} from "../../base/limits.ts";
import type { ContentId } from "../../model/ids.ts";
import { ProblemRefusal, refuse } from "../../model/problem.ts";
import { diskProblem } from "../disk-problem.ts";
import { maybe, one, sql, type Work } from "../sql.ts";
import type { IndexAnswer, IndexedTexts, IndexLook, IndexQuestion, TextIndex } from "../text-index.ts";
import { checkHead, IndexIsStale, indexPath } from "./index-file.ts";
import { IndexReader } from "./index-reader.ts";
import { type Indexer, IndexIsUnusable, type IndexTask, type IndexTaskDone } from "./indexer.ts";
import { isBusy, isDamage } from "./sqlite-code.ts";
import type { DatabaseHooks, SqliteDatabase } from "./sqlite-database.ts";

export interface TextIndexOptions {
  readonly accountFolder: string;
  readonly mail: SqliteDatabase;
  readonly indexer: Indexer;
  readonly hooks: DatabaseHooks;
  /** "on-demand" indexes nothing unless it is told to catch up. */
  readonly filling: "after-delivery" | "on-demand";
}

export class SqliteTextIndex implements TextIndex {
  readonly #options: TextIndexOptions;
  #reader: IndexReader | null = null;
  #opening: Promise<boolean> | null = null;
  /** Set while the file must not be read, since another one takes its place. */
  #resetting: Promise<void> | null = null;
  /** Commits since it was last looked whether there are new contents. */
  #commits = 0;
  /** How far the index had come when the indexing thread answered last; null before. */
  #indexedTo: number | null = null;
  #removed: number[] = [];
  #due: NodeJS.Timeout | null = null;
  #working: Promise<void> | null = null;
  /** How often in a row work has failed. */
  #failures = 0;
  #closed = false;

  constructor(options: TextIndexOptions) {
    this.#options = options;
    // What an earlier process did not get round to.
    this.#wake(indexDelayMs);
  }

  open(): Promise<boolean> {
    if (this.#reader !== null) return Promise.resolve(true);
    if (this.#closed || this.#resetting !== null) return Promise.resolve(false);
    this.#opening ??= this.#openReader().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  ask(question: IndexQuestion, from: number, below: number): IndexAnswer | null {
    return this.#read((reader) => reader.ask(question, from, below));
  }

  look(needle: string, places: readonly number[]): IndexLook | null {
    return this.#read((reader) => reader.look(needle, places));
  }

  texts(contents: readonly ContentId[], which: "fields" | "all"): readonly (IndexedTexts | null)[] | null {
    return this.#read((reader) => reader.texts(contents, which));
  }

  /** Something was written: contents perhaps, which are then indexed together with those that come next. */
  noticeCommit(): void {
    this.#commits++;
    this.#wake(this.#commits >= indexBatchMessages ? 0 : indexDelayMs);
  }

  noticeRemoved(contents: readonly ContentId[]): void {
    if (this.#removed.length + contents.length > indexRemovalsMax) return;
    this.#removed.push(...contents);
    this.#wake(indexDelayMs);
  }

  async behind(): Promise<number> {
    const last = await this.#options.mail.read(lastContent);
    if (!(await this.open())) return last;
    return last - (this.#read((reader) => reader.head())?.indexedTo ?? 0);
  }

  async catchUp(progress: (share: number) => void): Promise<void> {
    try {
      for (;;) {
        const { indexedTo, last } = await this.#ask({ kind: "fill" });
        progress(last === 0 ? 1 : Math.min(1, indexedTo / last));
        if (indexedTo >= last) return;
      }
    } catch (error) {
      throw error instanceof ProblemRefusal
        ? error
        : (diskProblem(error) ?? refuse({ kind: "store-unavailable" }, error));
    }
  }

  async rebuild(progress: (share: number) => void): Promise<void> {
    await this.#reset("removed");
    await this.catchUp(progress);
  }

  async audit(): Promise<readonly string[]> {
    // Where nothing was ever indexed, nothing is wrong.
    if (!existsSync(indexPath(this.#options.accountFolder))) return [];
    try {
      return (await this.#options.indexer.ask(this.#options.accountFolder, { kind: "audit" })).findings;
    } catch (error) {
      if (!(error instanceof IndexIsUnusable)) throw diskProblem(error) ?? error;
      await this.#reset(error.how === "damaged" ? "set-aside" : "removed");
      return error.how === "damaged" ? [`The search index is damaged (${error.message}); it is being made again`] : [];
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#due !== null) clearTimeout(this.#due);
    await this.#opening;
    await this.#working;
    // Whoever asked for it hears of its failure.
    await this.#resetting?.catch(() => undefined);
    this.#closeReader();
    await this.#options.indexer.forget(this.#options.accountFolder);
  }

  async #openReader(): Promise<boolean> {
    const { accountFolder, mail } = this.#options;
    if (!existsSync(indexPath(accountFolder))) return false;
    let reader: IndexReader | null = null;
    try {
      reader = new IndexReader(accountFolder);
      const head = reader.head();
      const { last, body } = await mail.read(() => mailBeside(head.lastContent));
      checkHead(head, last, () => body);
      if (this.#closed || this.#resetting !== null) throw new IndexIsStale();
      this.#reader = reader;
      return true;
    } catch (error) {
      reader?.close();
      if (!this.#closed && this.#resetting === null) this.#unreadable(error);
      return false;
    }
  }

  #read<T>(read: (reader: IndexReader) => T): T | null {
    if (this.#reader === null) return null;
    try {
      return read(this.#reader);
    } catch (error) {
      this.#unreadable(error);
      return null;
    }
  }

  #unreadable(error: unknown): void {
    if (isBusy(error)) return;
    this.#closeReader();
    if (error instanceof IndexIsStale) this.#reset("removed").catch((fault: unknown) => this.#failed(fault));
    else if (isDamage(error)) {
      this.#options.hooks.indexFailed?.(
        new Error("a search index is damaged and will be made again", { cause: error }),
      );
      this.#reset("set-aside").catch((fault: unknown) => this.#failed(fault));
    } else this.#failed(error);
  }

  /** Goes to work after `delayMs`, or when that is due already; after a failure not before its time. */
  #wake(delayMs: number): void {
    if (this.#closed || this.#working !== null || this.#options.filling === "on-demand") return;
    if (this.#due !== null) {
      if (delayMs > 0 || this.#failures > 0) return;
      clearTimeout(this.#due);
    }
    this.#due = setTimeout(() => {
      this.#due = null;
      this.#working = this.#work()
        .then(
          () => {
            this.#failures = 0;
          },
          (error: unknown) => this.#failed(error),
        )
        .finally(() => {
          this.#working = null;
          if (this.#failures > 0) this.#wake(Math.min(indexRetryMsMin * 2 ** (this.#failures - 1), indexRetryMsMax));
          else if (this.#commits > 0 || this.#removed.length > 0) this.#wake(indexDelayMs);
        });
    }, delayMs);
    this.#due.unref();
  }

  /** Does what there is to do, some at a time, since other accounts wait for the same thread. */
  async #work(): Promise<void> {
    while (!this.#closed) {
      this.#commits = 0;
      const removed = this.#removed.splice(0);
      if (removed.length > 0 && existsSync(indexPath(this.#options.accountFolder)))
        await this.#ask({ kind: "remove", contents: removed });
      if (!(await this.#isBehind())) return;
      const { indexedTo, last } = await this.#ask({ kind: "fill" });
      const left = last - indexedTo;
      if (left >= indexBatchMessages) continue;
      // A few more have come meanwhile: they wait for others, like all new ones.
      if (left > 0) this.#commits++;
      return;
    }
  }

  async #isBehind(): Promise<boolean> {
    const last = await this.#options.mail.read(lastContent);
    if (last === 0 || this.#closed) return false;
    this.#indexedTo ??= this.#readIndexedTo();
    return this.#indexedTo !== last;
  }

  /** Looks without leaving anything open: most accounts that are opened have nothing new. */
  #readIndexedTo(): number | null {
    if (!existsSync(indexPath(this.#options.accountFolder))) return null;
    try {
      const reader = new IndexReader(this.#options.accountFolder);
      const { indexedTo } = reader.head();
      reader.close();
      return indexedTo;
    } catch {
      // Whoever fills it finds out what is wrong.
      return null;
    }
  }

  /** Asks the indexing thread; an index that turns out to be unusable is made anew and asked again, once. */
  async #ask(task: IndexTask): Promise<IndexTaskDone> {
    const { accountFolder, indexer, hooks } = this.#options;
    await this.#resetting;
    if (this.#closed) throw refuse({ kind: "store-unavailable" });
    let done: IndexTaskDone;
    try {
      done = await indexer.ask(accountFolder, task);
    } catch (error) {
      if (!(error instanceof IndexIsUnusable)) throw error;
      if (error.how === "damaged") hooks.indexFailed?.(error);
      await this.#reset(error.how === "damaged" ? "set-aside" : "removed");
      done = await indexer.ask(accountFolder, task);
    }
    this.#indexedTo = done.indexedTo;
    return done;
  }

  #reset(old: "set-aside" | "removed"): Promise<void> {
    this.#closeReader();
    this.#indexedTo = null;
    this.#resetting ??= this.#options.indexer
      .ask(this.#options.accountFolder, { kind: "reset", old })
      .then(() => this.#wake(indexDelayMs))
      .finally(() => {
        this.#resetting = null;
      });
    return this.#resetting;
  }

  #failed(error: unknown): void {
    if (this.#closed) return;
    this.#failures++;
    this.#options.hooks.indexFailed?.(error);
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#reader = null;
  }
}

function* lastContent(): Work<number> {
  return (yield* one<{ last: number }>(sql`select content as last from account`)).last;
}

function* mailBeside(content: number): Work<{ readonly last: number; readonly body: string | undefined }> {
  const row = yield* maybe<{ body: string }>(sql`select body_id as body from content where id = ${content}`);
  return { last: yield* lastContent(), body: row?.body };
}
