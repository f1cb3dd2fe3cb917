// Metadata of the mailboxes of others (RFC 5464): shared entries are the mailbox's, private ones each person's own. To see any takes
// "l" and "r", to change a shared one "w" as well.

import type { MailboxId } from "../../model/ids.ts";
import { type EntryName, isPrivate, type MetadataChange, type MetadataEntry } from "../../model/metadata.ts";
import { refuse } from "../../model/problem.ts";
import type { Right } from "../../model/rights.ts";
import { metadataOfMailboxes, readMetadata } from "../../store/work/metadata.ts";
import { changeMetadata } from "../mailbox-use-cases.ts";
import type { ForeignAccount } from "./foreign-account.ts";

export async function foreignMetadata(account: ForeignAccount, id: MailboxId): Promise<readonly MetadataEntry[]> {
  judge(account, id, []);
  const reader = await account.findReader();
  const entries = await account.state.store.read(() => readMetadata(id, reader));
  // Who has no number has no entries of his own, and the owner's are not his.
  return reader === null ? entries.filter(({ name }) => !isPrivate(name)) : entries;
}

/** One entry of all mailboxes that have it, by the ids that the person's sessions know. */
export async function foreignMetadataOfMailboxes(
  account: ForeignAccount,
  name: EntryName,
): Promise<ReadonlyMap<MailboxId, Uint8Array>> {
  await account.load();
  const reader = await account.findReader();
  if (reader === null && isPrivate(name)) return new Map();
  const values = await account.state.store.read(() => metadataOfMailboxes(name, reader));
  return new Map(
    [...values].flatMap(([id, value]) => (maySee(account, id) ? [[account.idOf(id), value] as const] : [])),
  );
}

export async function changeForeignMetadata(
  account: ForeignAccount,
  id: MailboxId,
  changes: readonly MetadataChange[],
): Promise<void> {
  judge(account, id, changes.every(({ name }) => isPrivate(name)) ? [] : ["w"]);
  await changeMetadata(account.acting, id, changes, await account.reader());
}

export function maySee(account: ForeignAccount, id: MailboxId): boolean {
  return account.may(id, "l") && account.may(id, "r");
}

function judge(account: ForeignAccount, id: MailboxId, needed: readonly Right[]): void {
  if (!account.may(id, "l")) throw refuse({ kind: "mailbox-missing" });
  if (!account.may(id, "r") || needed.some((right) => !account.may(id, right))) throw refuse({ kind: "no-permission" });
}
