// Fills one account's index, on the indexing thread. Contents are put in by their ids, ascending, some in one transaction
// with the id up to which that has been done; what is committed here is on the disk in the mail before.

import { existsSync, renameSync, rmSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { indexBatchBytesMax, indexBatchMessages } from "../../base/limits.ts";
import { type IndexedMessage, indexedMessage } from "../../mime/indexed-message.ts";
import { auditIndex } from "./index-audit.ts";
import { checkHead, damagedFolder, indexFolder, openIndex, readHead } from "./index-file.ts";
import { ContentIsDamaged, IndexSource } from "./index-source.ts";
import { bodyPassages, firstPassage, headPassages, lastPassage, type Passage } from "./passages.ts";

/** What a batch puts in: a message, or that a content is left to whoever searches. */
type Entry = { readonly content: number; readonly bodyId: string; readonly message: IndexedMessage | null };

export class IndexFiller {
  readonly #mail: IndexSource;
  readonly #index: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** Throws IndexIsStale, and what SQLite throws when the file is damaged. */
  constructor(accountFolder: string) {
    using scope = new DisposableStack();
    this.#mail = scope.adopt(new IndexSource(accountFolder), (mail) => mail.close());
    this.#index = scope.adopt(openIndex(accountFolder), (index) => index.close());
    checkHead(readHead(this.#index), this.#mail.last(), (content) => this.#mail.bodyOf(content));
    scope.move();
  }

  /** Takes an account's index away. Nobody may have it open. */
  static reset(accountFolder: string, old: "set-aside" | "removed"): void {
    const folder = indexFolder(accountFolder);
    if (!existsSync(folder)) return;
    const damaged = damagedFolder(accountFolder);
    rmSync(damaged, { recursive: true, force: true });
    // In one step, so that no log of the old file is ever beside a new one.
    renameSync(folder, damaged);
    if (old === "removed") rmSync(damaged, { recursive: true, force: true });
  }

  place(): { readonly indexedTo: number; readonly last: number } {
    return { indexedTo: readHead(this.#index).indexedTo, last: this.#mail.last() };
  }

  fill(): void {
    const last = this.#mail.last();
    const { indexedTo } = readHead(this.#index);
    if (indexedTo >= last) return;
    const behind = this.#mail.behind(indexedTo, contentsPerBatchMax);
    const batch = behind.slice(0, batchLength(behind));
    const entries = batch.map(({ id }) => this.#entry(id)).filter((entry) => entry !== undefined);
    const isAll = batch.length === behind.length && behind.length < contentsPerBatchMax;
    const reached = batch.at(-1)?.id ?? 0;
    this.#mail.sync();
    this.#transact(() => {
      for (const entry of entries) this.#put(entry);
      // Where nothing is left, ids whose contents have been removed are done too; and later ones than `last` may have come.
      this.#run("update progress set indexed_to = ?", isAll ? Math.max(last, reached) : reached);
      const newest = entries.at(-1);
      if (newest !== undefined)
        this.#run("update progress set last_content = ?, last_body = ?", newest.content, newest.bodyId);
    });
  }

  remove(contents: readonly number[]): void {
    this.#transact(() => {
      for (const content of contents) this.#remove(content);
    });
  }

  audit(): string[] {
    return auditIndex(this.#index, this.#mail, (contents) => this.remove(contents));
  }

  close(): void {
    this.#statements.clear();
    this.#mail.close();
    this.#index.close();
  }

  #entry(content: number): Entry | undefined {
    try {
      using source = this.#mail.content(content);
      if (source === undefined) return undefined;
      return { content, bodyId: source.bodyId, message: indexedMessage(source) };
    } catch (error) {
      if (!(error instanceof ContentIsDamaged)) throw error;
      return { content, bodyId: this.#mail.bodyOf(content) ?? "", message: null };
    }
  }

  #put({ content, message }: Entry): void {
    if (message === null) {
      this.#run("insert into unread (content) values (?)", content);
      return;
    }
    const { shown, others } = message;
    const fields = [shown.subject, shown.from, shown.to, shown.cc, shown.bcc];
    const columns = "subject, from_, to_, cc, bcc";
    this.#run(`insert into field (content, ${columns}) values (?, ?, ?, ?, ?, ?)`, content, ...fields);
    this.#run(
      `insert into field_trigram (rowid, ${columns}, others) values (?, ?, ?, ?, ?, ?, ?)`,
      content,
      ...fields,
      others,
    );
    this.#run(
      `insert into word (rowid, ${columns}, head, body) values (?, ?, ?, ?, ?, ?, ?, ?)`,
      content,
      ...fields,
      message.head,
      message.body,
    );
    for (const passage of headPassages(content, message.head)) {
      this.#keep(passage);
      this.#run("insert into head_trigram (rowid, head) values (?, ?)", passage.id, passage.text);
    }
    for (const passage of bodyPassages(content, message.body)) {
      this.#keep(passage);
      this.#run("insert into body_trigram (rowid, body) values (?, ?)", passage.id, passage.text);
    }
  }

  #keep({ id, length, text }: Passage): void {
    this.#run("insert into passage (id, length, text) values (?, ?, ?)", id, length, text);
  }

  #remove(content: number): void {
    this.#run("delete from unread where content = ?", content);
    this.#run("delete from field where content = ?", content);
    this.#run("delete from field_trigram where rowid = ?", content);
    this.#run("delete from word where rowid = ?", content);
    const passages = [firstPassage(content), lastPassage(content)];
    this.#run("delete from passage where id between ? and ?", ...passages);
    this.#run("delete from head_trigram where rowid between ? and ?", ...passages);
    this.#run("delete from body_trigram where rowid between ? and ?", ...passages);
  }

  #transact(work: () => void): void {
    this.#index.exec("begin immediate");
    try {
      work();
      this.#index.exec("commit");
    } catch (error) {
      if (this.#index.isTransaction) this.#index.exec("rollback");
      throw error;
    }
  }

  #run(text: string, ...values: (string | number | null)[]): void {
    let prepared = this.#statements.get(text);
    if (prepared === undefined) {
      prepared = this.#index.prepare(text);
      this.#statements.set(text, prepared);
    }
    // `run` would tell the last row id, which after some of FTS5's own writes is larger than a number can be.
    prepared.all(...values);
  }
}

/** When much is left to do, more at once cost less each. */
const contentsPerBatchMax = 2 * indexBatchMessages;

/** How many are put in together: as many as their bytes allow, and one at least. */
function batchLength(contents: readonly { readonly size: number }[]): number {
  let bytes = 0;
  for (const [at, { size }] of contents.entries()) {
    bytes += size;
    if (bytes > indexBatchBytesMax) return Math.max(1, at);
  }
  return contents.length;
}
