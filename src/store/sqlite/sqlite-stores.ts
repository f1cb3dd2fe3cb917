// The embedded engine: one database file for the directory and the queue, one folder with its own database an account.
// No lock is shared between accounts, and a damaged file hurts one person.

import { existsSync } from "node:fs";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { AccountId, ModSeq } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import { BodyFiles } from "../blob/body-files.ts";
import type { Work } from "../sql.ts";
import type { AccountStore, Database, Durability, Stores } from "../store.ts";
import type { FlagMarks } from "../work/journaled-flags.ts";
import { Checkpointer } from "./checkpointer.ts";
import {
  accountFolder,
  accountIdsIn,
  finishRemovals,
  flushFolder,
  folderMode,
  holdFolder,
  removeAccountFolder,
} from "./data-folder.ts";
import { FlagJournal } from "./flag-journal.ts";
import { Indexer } from "./indexer.ts";
import { migrate } from "./migrations.ts";
import { type DatabaseHooks, SqliteDatabase } from "./sqlite-database.ts";
import { SqliteTextIndex, type TextIndexOptions } from "./sqlite-text-index.ts";

export interface SqliteStoresOptions {
  readonly dataFolder: string;
  /** What a second process is told of this one, as one line. */
  readonly holder: string;
  readonly clock: Clock;
  readonly hooks: DatabaseHooks;
  /** When text is indexed; after delivery if left out. */
  readonly indexing?: TextIndexOptions["filling"];
}

interface AccountParts {
  readonly bodies: BodyFiles;
  readonly journal: FlagJournal;
  readonly textIndex: SqliteTextIndex;
}

class SqliteAccountStore implements AccountStore {
  readonly account: AccountId;
  readonly #database: SqliteDatabase;
  readonly #bodies: BodyFiles;
  readonly #journal: FlagJournal;
  readonly textIndex: SqliteTextIndex;

  constructor(account: AccountId, database: SqliteDatabase, parts: AccountParts) {
    this.account = account;
    this.textIndex = parts.textIndex;
    this.#database = database;
    this.#bodies = parts.bodies;
    this.#journal = parts.journal;
  }

  read<T>(work: () => Work<T>): Promise<T> {
    return this.#database.read(work);
  }
  write<T>(work: () => Work<T>, durability: Durability): Promise<T> {
    // Contents always go in "flushed".
    if (durability === "flushed") this.textIndex.noticeCommit();
    return this.#database.write(work, durability);
  }
  flush(): Promise<void> {
    return this.#database.flush();
  }
  markFlags(marks: FlagMarks): ModSeq | null {
    return this.#journal.take(marks, this.#database);
  }
  newBody() {
    return this.#bodies.sink();
  }
  fileBody(id: Parameters<BodyFiles["body"]>[0], size: number) {
    return this.#bodies.body(id, size);
  }
  removeFileBody(id: Parameters<BodyFiles["remove"]>[0]): Promise<void> {
    return this.#bodies.remove(id);
  }
  fileBodies() {
    return this.#bodies.ids();
  }
  async close(): Promise<void> {
    // The indexing thread reads the database: it lets go of it first.
    await this.textIndex.close();
    await this.#database.close();
    this.#journal.close();
  }
}

export class SqliteStores implements Stores {
  readonly directory: Database;
  readonly #directory: SqliteDatabase;
  readonly #options: SqliteStoresOptions;
  readonly #checkpointer: Checkpointer;
  readonly #indexer = new Indexer();
  readonly #hold: Disposable;
  readonly #open = new Map<AccountId, Promise<SqliteAccountStore>>();

  private constructor(
    options: SqliteStoresOptions,
    hold: Disposable,
    checkpointer: Checkpointer,
    directory: SqliteDatabase,
  ) {
    this.#options = options;
    this.#hold = hold;
    this.#checkpointer = checkpointer;
    this.#directory = directory;
    this.directory = directory;
  }

  /** Opens or makes the data folder. Throws FolderInUse when another process has it. */
  static async open(options: SqliteStoresOptions): Promise<SqliteStores> {
    await mkdir(options.dataFolder, { recursive: true, mode: folderMode });
    await chmod(options.dataFolder, folderMode);
    const hold = await holdFolder(options.dataFolder, options.holder);
    try {
      await finishRemovals(options.dataFolder);
      const path = join(options.dataFolder, "directory.db");
      migrate(path, "directory");
      await flushFolder(options.dataFolder);
      const checkpointer = new Checkpointer();
      const directory = await SqliteDatabase.open(path, checkpointer, options);
      return new SqliteStores(options, hold, checkpointer, directory);
    } catch (error) {
      hold[Symbol.dispose]();
      throw error;
    }
  }

  account(id: AccountId): Promise<AccountStore> {
    const open = this.#open.get(id);
    if (open !== undefined) return open;
    if (!existsSync(join(accountFolder(this.#options.dataFolder, id), "mail.db")))
      return Promise.reject(refuse({ kind: "account-missing" }));
    const opening = this.#openAccount(id);
    this.#open.set(id, opening);
    opening.catch(() => this.#open.delete(id));
    return opening;
  }

  async createAccount(id: AccountId): Promise<AccountStore> {
    const folder = accountFolder(this.#options.dataFolder, id);
    const fresh = `${folder}.new`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(join(fresh, "bodies"), { recursive: true, mode: folderMode });
    migrate(join(fresh, "mail.db"), "account");
    await flushFolder(fresh);
    // The folder appears under its name whole or not at all.
    await rename(fresh, folder);
    await flushFolder(join(this.#options.dataFolder, "accounts"));
    return this.account(id);
  }

  async removeAccount(id: AccountId): Promise<void> {
    await this.closeAccount(id);
    await removeAccountFolder(this.#options.dataFolder, id);
  }

  accountIds(): Promise<readonly AccountId[]> {
    return accountIdsIn(this.#options.dataFolder);
  }

  async closeAccount(id: AccountId): Promise<void> {
    const open = this.#open.get(id);
    if (open === undefined) return;
    await (await open).close();
    this.#open.delete(id);
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#open.keys(), (id) => this.closeAccount(id)));
    await this.#indexer.close();
    await this.#directory.close();
    await this.#checkpointer.close();
    this.#hold[Symbol.dispose]();
  }

  async #openAccount(id: AccountId): Promise<SqliteAccountStore> {
    const folder = accountFolder(this.#options.dataFolder, id);
    const path = join(folder, "mail.db");
    migrate(path, "account");
    const bodies = new BodyFiles(join(folder, "bodies"));
    await bodies.prepare();
    const { clock, hooks } = this.#options;
    const journal = new FlagJournal(join(folder, "flags.log"), hooks);
    const database = await SqliteDatabase.open(path, this.#checkpointer, { clock, hooks, backlog: journal });
    await journal.recover(database);
    const textIndex = new SqliteTextIndex({
      accountFolder: folder,
      mail: database,
      indexer: this.#indexer,
      hooks,
      filling: this.#options.indexing ?? "after-delivery",
    });
    return new SqliteAccountStore(id, database, { bodies, journal, textIndex });
  }
}
