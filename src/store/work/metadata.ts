// Units of work on metadata (RFC 5464): the entries of a mailbox, or of the account, which has the number 0.

import { metadataBytesMax, metadataEntriesMax, metadataValueBytesMax } from "../../base/limits.ts";
import type { MailboxId, ModSeq } from "../../model/ids.ts";
import {
  type EntryName,
  isPrivate,
  type MetadataChange,
  type MetadataEntry,
  type MetadataOwner,
} from "../../model/metadata.ts";
import { refuse } from "../../model/problem.ts";
import type { ReaderNumber } from "../../model/readers.ts";
import { logMailbox, nextModSeq } from "../change-log.ts";
import { all, maybe, one, run, sql, type Work } from "../sql.ts";

/** Somebody who has private entries of his own in the mailboxes of another; null for the owner. */
export type MetadataReader = ReaderNumber | null;

/** All entries, by name: the shared ones, and the private ones of `reader`. */
export function* readMetadata(owner: MetadataOwner, reader: MetadataReader = null): Work<readonly MetadataEntry[]> {
  const rows = yield* all<{ reader: number; name: EntryName; value: Uint8Array }>(
    sql`select reader, name, value from metadata where mailbox = ${owner ?? 0} and reader in (0, ${reader ?? 0}) order by name`,
  );
  return rows.filter((row) => row.reader === columnOf(row.name, reader)).map(({ name, value }) => ({ name, value }));
}

/** RFC 5464 3: the shared entries are everybody's; private ones "are only visible to" the user who made them. */
function columnOf(name: EntryName, reader: MetadataReader): number {
  return isPrivate(name) ? (reader ?? 0) : 0;
}

/** One entry of all mailboxes that have it. */
export function* metadataOfMailboxes(
  name: EntryName,
  reader: MetadataReader = null,
): Work<ReadonlyMap<MailboxId, Uint8Array>> {
  const rows = yield* all<{ mailbox: MailboxId; value: Uint8Array }>(
    sql`select mailbox, value from metadata where name = ${name} and mailbox <> 0 and reader = ${columnOf(name, reader)}`,
  );
  return new Map(rows.map(({ mailbox, value }) => [mailbox, value]));
}

/**
 * All or nothing; null when nothing is changed by it. Throws mailbox-missing, metadata-value-too-large,
 * metadata-too-many.
 */
export function* changeMetadata(
  owner: MetadataOwner,
  changes: readonly MetadataChange[],
  reader: MetadataReader = null,
): Work<ModSeq | null> {
  if (owner !== null && (yield* maybe(sql`select id from mailbox where id = ${owner}`)) === undefined)
    throw refuse({ kind: "mailbox-missing" });
  const mailbox = owner ?? 0;
  let changed = 0;
  for (const { name, value } of changes) {
    if (value !== null && value.length > metadataValueBytesMax) throw refuse({ kind: "metadata-value-too-large" });
    const whose = columnOf(name, reader);
    const row =
      value === null
        ? yield* maybe(
            sql`delete from metadata where mailbox = ${mailbox} and reader = ${whose} and name = ${name} returning name`,
          )
        : yield* maybe(sql`insert into metadata (mailbox, reader, name, value) values (${mailbox}, ${whose}, ${name}, ${value})
            on conflict do update set value = excluded.value returning name`);
    if (row !== undefined) changed++;
  }
  if (changed === 0) return null;
  yield* judge(mailbox);
  const modSeq = yield* nextModSeq();
  if (owner === null) return modSeq;
  yield* run(sql`update mailbox set mod_seq = ${modSeq} where id = ${owner}`);
  yield* logMailbox(owner, modSeq, "mailbox-changed");
  return modSeq;
}

function* judge(mailbox: number): Work<void> {
  const { entries } = yield* one<{ entries: number }>(
    sql`select count(*) as entries from metadata where mailbox = ${mailbox}`,
  );
  const { bytes } = yield* one<{ bytes: number }>(
    sql`select coalesce(sum(length(name) + length(value)), 0) as bytes from metadata`,
  );
  if (entries > metadataEntriesMax || bytes > metadataBytesMax) throw refuse({ kind: "metadata-too-many" });
}

/** RFC 5464 4.1: renaming INBOX leaves its entries where they are, and the mailbox that gets its messages has them too. */
export function* copyMetadata(from: MailboxId, to: MailboxId): Work<void> {
  yield* run(
    sql`insert into metadata (mailbox, reader, name, value) select ${to}, reader, name, value from metadata where mailbox = ${from}`,
  );
  yield* judge(to);
}

/** What becomes of a deleted mailbox's entries. */
export function* dropMetadata(mailbox: MailboxId): Work<void> {
  yield* run(sql`delete from metadata where mailbox = ${mailbox}`);
}
