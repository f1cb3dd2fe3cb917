// Units of work on metadata (RFC 5464): the entries of a mailbox, or of the account, which has the number 0.

import { metadataBytesMax, metadataEntriesMax, metadataValueBytesMax } from "../../base/limits.ts";
import type { MailboxId, ModSeq } from "../../model/ids.ts";
import type { EntryName, MetadataChange, MetadataEntry, MetadataOwner } from "../../model/metadata.ts";
import { refuse } from "../../model/problem.ts";
import { logMailbox, nextModSeq } from "../change-log.ts";
import { all, maybe, one, run, sql, type Work } from "../sql.ts";

/** All entries, by name. */
export function* readMetadata(owner: MetadataOwner): Work<readonly MetadataEntry[]> {
  return yield* all<{ name: EntryName; value: Uint8Array }>(
    sql`select name, value from metadata where mailbox = ${owner ?? 0} order by name`,
  );
}

/** One entry of all mailboxes that have it. */
export function* metadataOfMailboxes(name: EntryName): Work<ReadonlyMap<MailboxId, Uint8Array>> {
  const rows = yield* all<{ mailbox: MailboxId; value: Uint8Array }>(
    sql`select mailbox, value from metadata where name = ${name} and mailbox <> 0`,
  );
  return new Map(rows.map(({ mailbox, value }) => [mailbox, value]));
}

/**
 * All or nothing; null when nothing is changed by it. Throws mailbox-missing, metadata-value-too-large,
 * metadata-too-many.
 */
export function* changeMetadata(owner: MetadataOwner, changes: readonly MetadataChange[]): Work<ModSeq | null> {
  if (owner !== null && (yield* maybe(sql`select id from mailbox where id = ${owner}`)) === undefined)
    throw refuse({ kind: "mailbox-missing" });
  const mailbox = owner ?? 0;
  let changed = 0;
  for (const { name, value } of changes) {
    if (value !== null && value.length > metadataValueBytesMax) throw refuse({ kind: "metadata-value-too-large" });
    const row =
      value === null
        ? yield* maybe(sql`delete from metadata where mailbox = ${mailbox} and name = ${name} returning name`)
        : yield* maybe(sql`insert into metadata (mailbox, name, value) values (${mailbox}, ${name}, ${value})
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

/** What becomes of a deleted mailbox's entries. */
export function* dropMetadata(mailbox: MailboxId): Work<void> {
  yield* run(sql`delete from metadata where mailbox = ${mailbox}`);
}
