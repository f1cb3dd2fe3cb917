// The port that services see of any store engine: databases that run units of work, and one folder of mail an account.
// Nothing in here knows SQLite or PostgreSQL.

import type { AccountId, BodyId, ModSeq } from "../model/ids.ts";
import type { Work } from "./sql.ts";
import type { TextIndex } from "./text-index.ts";
import type { FlagMarks } from "./work/journaled-flags.ts";

/**
 * "flushed": the promise resolves once the commit is on the disk. For mail, mailboxes, moves, deletions, accounts.
 * "soon": it resolves once committed, which survives a kill of the process; the disk has it within `lazyFlushMs`.
 */
export type Durability = "flushed" | "soon";

/** One database: the directory with its queue, or one account's mail. */
export interface Database {
  /** Runs `work` on a consistent snapshot; it must not write. */
  read<T>(work: () => Work<T>): Promise<T>;
  /**
   * Runs `work` in one transaction, all or nothing. It may share the transaction with others that wait at the same
   * time (group commit), and may be started more than once.
   * Throws what `work` throws; ProblemRefusal disk-full or store-unavailable when the disk fails.
   */
  write<T>(work: () => Work<T>, durability: Durability): Promise<T>;
  /** Resolves when all that is committed now is on the disk. */
  flush(): Promise<void>;
}

/** A message's bytes on their way in: hashed, kept in memory while small, in a file once large. */
export interface BodySink {
  /** Resolves when more may come; await it, since a large body goes to the disk. The chunk is copied if kept. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Ends it. A large body is flushed to the disk when this resolves. */
  finish(): Promise<StagedBody>;
  /** Drops it; also after `finish` when the body was not stored after all. */
  discard(): Promise<void>;
}

/** A complete body that no row refers to yet. */
export interface StagedBody {
  readonly id: BodyId;
  readonly size: number;
  /** The bytes of a small body; null when it went to a file. */
  readonly inline: Uint8Array | null;
  /** Reads the bytes of one in a file; null for a small one. */
  readonly file: StoredBody | null;
}

/** A stored message's bytes. */
export interface StoredBody {
  readonly size: number;
  /** All of them, where they are in memory. */
  readonly octets?: Uint8Array;
  /** Gives that memory back at once, for a caller who alone has it: the collector of garbage is late, and costs more. */
  release?(): void;
  /** The bytes `from` to `to` (exclusive, clipped to the size), whole. For parts that fit in memory. */
  slice(from: number, to: number): Promise<Uint8Array>;
  /** The bytes `from` to `to` in pieces of at most 64 KiB. */
  chunks(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** One account's mail: its database and its bodies. */
export interface AccountStore extends Database {
  readonly account: AccountId;
  readonly textIndex: TextIndex;
  /**
   * Changes flags at once, for a caller that knows what comes of it: the modSeq of the change, which is as safe as one that
   * was written "soon" and is seen by whoever reads after it. null when the mailbox has changed since `marks.after`, or when
   * it cannot be done this way: then `write` does it. Not every engine has it.
   */
  markFlags?(marks: FlagMarks): ModSeq | null;
  newBody(): BodySink;
  /** A body kept in a file. Throws ProblemRefusal data-damaged when it is not there. */
  fileBody(id: BodyId, size: number): StoredBody;
  /** Removes a body's file; nothing refers to it any more. No error when it is gone already. */
  removeFileBody(id: BodyId): Promise<void>;
  /** The ids of all body files, for the audit. */
  fileBodies(): AsyncIterable<BodyId>;
  close(): Promise<void>;
}

/** All databases of one installation. */
export interface Stores {
  readonly directory: Database;
  /** Opens an account's mail; the same object while it is open. Throws ProblemRefusal account-missing. */
  account(id: AccountId): Promise<AccountStore>;
  /** Makes an empty account on the disk. */
  createAccount(id: AccountId): Promise<AccountStore>;
  /** Closes an account's files until it is asked for again. */
  closeAccount(id: AccountId): Promise<void>;
  /** Removes an account's mail for good. */
  removeAccount(id: AccountId): Promise<void>;
  /** The ids of all accounts on the disk, for the audit. */
  accountIds(): Promise<readonly AccountId[]>;
  close(): Promise<void>;
}
