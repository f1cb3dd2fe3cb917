// An account's mail as the indexing thread reads it: over a connection of its own, which writes nothing, and in statements
// that are over at once, since a checkpoint waits for whoever is reading.

import { closeSync, fdatasyncSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { MessageSource } from "../../mime/indexed-message.ts";
import { asBodyId, type BodyId } from "../../model/ids.ts";
import { bodyPath } from "../blob/body-files.ts";
import { isDamage } from "./sqlite-code.ts";

/** A content whose row or body is not as it must be. */
export class ContentIsDamaged extends Error {}

/** The mail cannot be read as a whole. */
export class MailIsUnreadable extends Error {}

export interface SourceContent extends MessageSource, Disposable {
  readonly bodyId: string;
}

interface ContentRow {
  readonly bodyId: string;
  readonly size: number;
  readonly inFile: number;
  readonly envelope: Uint8Array;
  readonly bodyStructure: Uint8Array;
  readonly bytes: Uint8Array | null;
}

export class IndexSource {
  readonly #folder: string;
  readonly #mail: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(accountFolder: string) {
    this.#folder = accountFolder;
    this.#mail = new DatabaseSync(join(accountFolder, "mail.db"), { readOnly: true, timeout: 5_000 });
    this.#mail.exec("pragma cache_size = -1024");
  }

  /** The last content that has been given out. */
  last(): number {
    return Number(this.#rows("select content as n from account")[0]?.["n"] ?? 0);
  }

  bodyOf(content: number): string | undefined {
    const body = this.#rows("select body_id as body from content where id = ?", content)[0]?.["body"];
    return typeof body === "string" ? body : undefined;
  }

  /** Ids and sizes of the contents behind `after`, ascending. */
  behind(after: number, count: number): { readonly id: number; readonly size: number }[] {
    const rows = this.#rows("select id, size from content where id > ? order by id limit ?", after, count);
    return rows.map(({ id, size }) => ({ id: Number(id), size: Number(size) }));
  }

  /** Undefined when it has been removed meanwhile. Throws ContentIsDamaged. */
  content(id: number): SourceContent | undefined {
    let row: ContentRow | undefined;
    try {
      // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
      row = this.#prepare(
        `select body_id as "bodyId", size, in_file as "inFile", envelope, body_structure as "bodyStructure", bytes
        from content left join body on content = id where id = ?`,
      ).get(id) as unknown as ContentRow | undefined;
    } catch (error) {
      if (isDamage(error)) throw new ContentIsDamaged("its row cannot be read", { cause: error });
      throw error;
    }
    if (row === undefined) return undefined;
    if (row.inFile === 1) return this.#fileContent(row, asBodyId(row.bodyId));
    const { bytes } = row;
    if (bytes?.length !== row.size) throw new ContentIsDamaged("its body is not there");
    return { ...row, read: (from, to) => bytes.subarray(from, to), [Symbol.dispose]: () => undefined };
  }

  /** All that this connection has seen so far is on the disk then: no content comes back as another one. */
  sync(): void {
    const log = openSync(join(this.#folder, "mail.db-wal"), "r");
    try {
      fdatasyncSync(log);
    } finally {
      closeSync(log);
    }
  }

  close(): void {
    this.#mail.close();
  }

  #fileContent(row: ContentRow, id: BodyId): SourceContent {
    let file: number;
    try {
      file = openSync(bodyPath(join(this.#folder, "bodies"), id), "r");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT")
        throw new ContentIsDamaged("its file is not there", { cause: error });
      throw error;
    }
    return { ...row, read: (from, to) => readRange(file, from, to), [Symbol.dispose]: () => closeSync(file) };
  }

  #rows(text: string, ...values: number[]) {
    try {
      return this.#prepare(text).all(...values);
    } catch (error) {
      if (isDamage(error)) throw new MailIsUnreadable("the mail cannot be read", { cause: error });
      throw error;
    }
  }

  #prepare(text: string): StatementSync {
    let prepared = this.#statements.get(text);
    if (prepared === undefined) {
      prepared = this.#mail.prepare(text);
      this.#statements.set(text, prepared);
    }
    return prepared;
  }
}

function readRange(file: number, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, to - from));
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, bytes.length - at, from + at);
    if (read === 0) throw new ContentIsDamaged("its file is too short");
    at += read;
  }
  return bytes;
}
