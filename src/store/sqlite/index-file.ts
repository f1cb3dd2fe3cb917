// The index file of an account, in a folder of its own so that it can be set aside whole: how it is made, and how one is
// known that does not belong to the mail beside it or to this program.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { folderMode } from "./data-folder.ts";

/** Goes up with each change of what is put into an index, or how. */
const version = 1;
/** The runtime's tables of characters fold and decode; with other tables a text may fold to something else. */
const madeBy = `${version}, Unicode ${process.versions["unicode"] ?? "?"}, ICU ${process.versions["icu"] ?? "?"}`;

export const indexFolder = (accountFolder: string): string => join(accountFolder, "index");
const indexName = "text.db";
export const indexPath = (accountFolder: string): string => join(indexFolder(accountFolder), indexName);
/** Where one that was found damaged is kept, for whoever wants to look at it. */
export const damagedFolder = (accountFolder: string): string => join(accountFolder, "index.damaged");

export interface IndexHead {
  readonly madeBy: string;
  readonly indexedTo: number;
  readonly lastContent: number;
  readonly lastBody: string;
}

/** Another program's index, or other mail's. */
export class IndexIsStale extends Error {
  constructor() {
    super("the index belongs to other mail or another version");
    this.name = "IndexIsStale";
  }
}

/** Opens the index for writing, made if it is not there. */
export function openIndex(accountFolder: string): DatabaseSync {
  if (!existsSync(indexPath(accountFolder))) makeIndex(accountFolder);
  return connect(indexPath(accountFolder));
}

// It appears under its name whole: whoever reads may look at any moment.
function makeIndex(accountFolder: string): void {
  const fresh = `${indexFolder(accountFolder)}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: folderMode });
  const index = connect(join(fresh, indexName));
  try {
    index.exec("begin immediate");
    index.exec(readFileSync(new URL("index.sql", import.meta.url), "utf8"));
    index.prepare("insert into progress values (1, ?, 0, 0, '')").run(madeBy);
    index.exec("commit");
  } finally {
    index.close();
  }
  rmSync(indexFolder(accountFolder), { recursive: true, force: true });
  renameSync(fresh, indexFolder(accountFolder));
}

function connect(path: string): DatabaseSync {
  const index = new DatabaseSync(path, { timeout: 5_000 });
  try {
    // A commit is synced with the next checkpoint, in order: after a power failure the index may lack what was last put in.
    index.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -4096");
    index.exec("pragma temp_store = memory; pragma journal_size_limit = 1048576; pragma trusted_schema = off");
    return index;
  } catch (error) {
    index.close();
    throw error;
  }
}

export function readHead(index: DatabaseSync): IndexHead {
  const row = index
    .prepare(
      `select made_by as "madeBy", indexed_to as "indexedTo", last_content as "lastContent", last_body as "lastBody" from progress`,
    )
    .get();
  if (row === undefined) throw new IndexIsStale();
  // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
  return row as unknown as IndexHead;
}

/**
 * Throws IndexIsStale when it was made otherwise, or from other mail: someone has put an older copy of the mail in its
 * place. `lastContent` is the last id that the mail has given out; `bodyOf` the body of a content that is there.
 */
export function checkHead(head: IndexHead, lastContent: number, bodyOf: (content: number) => string | undefined): void {
  if (head.madeBy !== madeBy || head.indexedTo > lastContent) throw new IndexIsStale();
  const body = bodyOf(head.lastContent);
  if (body !== undefined && body !== head.lastBody) throw new IndexIsStale();
}
