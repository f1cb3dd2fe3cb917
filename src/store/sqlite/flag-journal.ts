// Flag changes in front of the database. A transaction of its own for each costs four pages of write-ahead log and seven
// statements; here it is a line at the end of a file, which survives a kill of the process as a commit does, and some
// hundred lines become one transaction: before anything else reads or writes the account's rows, and at the latest when
// changes must be on the disk (`lazyFlushMs`). The next line then goes to the file's beginning.
//
// Each line has a checksum and a modSeq. What a database has already is skipped after a crash; what would leave a gap, or is
// torn or left over from a longer journal, ends the reading. docs/decisions/0013-flag-journal.md has the reasons and figures.

import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { utf8 } from "../../base/bytes.ts";
import { journaledFlagsMax } from "../../base/limits.ts";
import { asUid, type MailboxId, type ModSeq } from "../../model/ids.ts";
import { given, type Work } from "../sql.ts";
import {
  type FlagMarks,
  type JournalEntry,
  type MarkedMessage,
  missingOf,
  putMarks,
  type Standing,
  standingOf,
} from "../work/journaled-flags.ts";
import type { Backlog, DatabaseHooks, SqliteDatabase } from "./sqlite-database.ts";

export class FlagJournal implements Backlog {
  readonly #path: string;
  readonly #hooks: DatabaseHooks;
  /** -1 before the first entry. */
  #file = -1;
  #end = 0;
  #entries: JournalEntry[] = [];
  #messages = 0;
  /** Where the account stands with these entries; null when the database has to be asked. */
  #account: ModSeq | null = null;
  readonly #mailboxes = new Map<MailboxId, ModSeq>();

  constructor(path: string, hooks: DatabaseHooks) {
    this.#path = path;
    this.#hooks = hooks;
  }

  /** Puts into the database what a process that was killed left in the journal. */
  async recover(database: SqliteDatabase): Promise<void> {
    if (!existsSync(this.#path)) return;
    const text = readFileSync(this.#path, "utf8");
    if (text === "") return;
    const found = [...entriesOf(text)];
    await database.write(() => recoverAll(found), "flushed");
    // From now on other changes get the numbers that are in there.
    await using file = await open(this.#path, "r+");
    await file.truncate();
    await file.datasync();
  }

  /** The modSeq that the change gets; null when it has to be made in the database instead. */
  take(marks: FlagMarks, database: SqliteDatabase): ModSeq | null {
    if (this.#messages + marks.messages.length > journaledFlagsMax) database.settle();
    if (this.#messages + marks.messages.length > journaledFlagsMax || !database.promises) return null;
    const standing = this.#standing(marks.mailbox, database);
    if (standing === undefined || standing.mailbox !== marks.after) return null;
    const modSeq = given<ModSeq>(standing.account + 1);
    const entry = { ...marks, modSeq };
    if (!this.#append(entry)) return null;
    this.#entries.push(entry);
    this.#messages += marks.messages.length;
    this.#account = modSeq;
    this.#mailboxes.set(marks.mailbox, modSeq);
    database.flushSoon();
    return modSeq;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  work(): Work<void> {
    return putMarks(this.#entries);
  }

  settled(): void {
    this.#entries = [];
    this.#messages = 0;
    this.#end = 0;
    this.forget();
  }

  /** The database has changed, or is about to. */
  forget(): void {
    this.#account = null;
    this.#mailboxes.clear();
  }

  /** Call when the database is closed: what is in the journal is in there. */
  close(): void {
    if (this.#file < 0) return;
    if (this.isEmpty) ftruncateSync(this.#file);
    closeSync(this.#file);
    this.#file = -1;
  }

  #standing(mailbox: MailboxId, database: SqliteDatabase): Standing | undefined {
    const known = this.#mailboxes.get(mailbox);
    if (this.#account !== null && known !== undefined) return { account: this.#account, mailbox: known };
    const standing = database.readNow(() => standingOf(mailbox));
    return standing === undefined
      ? undefined
      : { account: this.#account ?? standing.account, mailbox: standing.mailbox };
  }

  /** False when the file does not take it; the database will say why, or has the room. */
  #append(entry: JournalEntry): boolean {
    const line = lineOf(entry);
    try {
      this.#hooks.reached?.("before-journal");
      this.#open();
      if (writeSync(this.#file, line, 0, line.length, this.#end) < line.length) return false;
    } catch {
      return false;
    }
    this.#end += line.length;
    this.#hooks.reached?.("after-journal");
    return true;
  }

  #open(): void {
    if (this.#file < 0) this.#file = openSync(this.#path, existsSync(this.#path) ? "r+" : "w+", 0o600);
  }
}

function* recoverAll(found: readonly JournalEntry[]): Work<void> {
  yield* putMarks(yield* missingOf(found));
}

/** Few numbers and short words: written and read in a fraction of the time that named fields take. */
type Line = [
  modSeq: ModSeq,
  after: ModSeq,
  mailbox: MailboxId,
  unseen: number,
  deleted: number,
  deletedBytes: number,
  ...messages: (number | string)[],
];

function lineOf({ modSeq, after, mailbox, counters, messages }: JournalEntry): Uint8Array {
  const line: Line = [modSeq, after, mailbox, counters.unseen, counters.deleted, counters.deletedBytes];
  for (const { uid, flags, keywords } of messages) line.push(uid, flags, keywords);
  const json = JSON.stringify(line);
  return utf8(`${crc32(json)} ${json}\n`);
}

function* entriesOf(text: string): Generator<JournalEntry> {
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    const json = line.slice(space + 1);
    if (space < 0 || line.slice(0, space) !== String(crc32(json))) return;
    yield entryOf(given<Line>(JSON.parse(json)));
  }
}

function entryOf([modSeq, after, mailbox, unseen, deleted, deletedBytes, ...fields]: Line): JournalEntry {
  const messages: MarkedMessage[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3)
    messages.push({
      uid: asUid(Number(fields[at])),
      flags: Number(fields[at + 1]),
      keywords: String(fields[at + 2]),
    });
  return { modSeq, after, mailbox, counters: { unseen, deleted, deletedBytes }, messages };
}
