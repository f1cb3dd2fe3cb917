// What a person does to mailboxes themselves in somebody else's account (RFC 4314 4): "k" on the parent to create, "x" to delete, both
// to rename. The owner's limits hold.
//
// Liberty: a name without a parent asks for "k" on INBOX, and begins with INBOX's list of rights; it can be given this way in an
// account that is nobody's own.

import type { Mailbox, MailboxRole } from "../../model/mailbox.ts";
import { type MailboxName, parentName } from "../../model/mailbox-name.ts";
import { refuse } from "../../model/problem.ts";
import type { MailboxRow } from "../../store/work/mailboxes.ts";
import { create, remove, rename } from "../mailbox-use-cases.ts";
import type { ForeignAccount } from "./foreign-account.ts";
import type { ForeignPlace } from "./neighbours.ts";

/** Where there is no such account and where one has no rights, the answer is the same. */
export async function createForeign(place: ForeignPlace | undefined, role: MailboxRole | undefined): Promise<Mailbox> {
  if (place === undefined) throw refuse({ kind: "no-permission" });
  const { account, name } = place;
  const parent = await mustHaveParent(account, name);
  // The uses of mailboxes are their owner's.
  if (role !== undefined) throw refuse({ kind: "role-taken" });
  const row = await create(account.acting, name, undefined, parent.role === "inbox" ? parent.id : undefined);
  await account.load();
  const mailbox = await account.mailbox(row);
  if (mailbox === undefined) throw refuse({ kind: "mailbox-name-invalid", fault: "too-long" });
  return mailbox;
}

export async function removeForeign(place: ForeignPlace | undefined): Promise<void> {
  const row = await mustBe(place);
  if (place === undefined) return;
  if (!place.account.may(row.id, "x")) throw hidden(place.account, row);
  await remove(place.account.acting, place.name);
}

/** `to` is undefined for a name in no account of another. */
export async function renameForeign(from: ForeignPlace | undefined, to: ForeignPlace | undefined): Promise<void> {
  const row = await mustBe(from);
  if (from === undefined) return;
  if (!from.account.may(row.id, "x")) throw hidden(from.account, row);
  // Between accounts messages can be moved, mailboxes cannot; and another's INBOX is not emptied by a new name.
  if (to === undefined || from.account !== to.account || row.role === "inbox") throw refuse({ kind: "mailbox-fixed" });
  await mustHaveParent(to.account, to.name);
  await rename(from.account.acting, from.name, to.name);
}

async function mustBe(place: ForeignPlace | undefined): Promise<MailboxRow> {
  const row = await place?.account.row(place.name);
  if (row === undefined) throw refuse({ kind: "mailbox-missing" });
  return row;
}

/** RFC 4314 4: ""k" right on a nearest existing parent mailbox". */
async function mustHaveParent(account: ForeignAccount, name: MailboxName): Promise<MailboxRow> {
  await account.load();
  const rows = await account.state.mailboxes();
  let parent: MailboxRow | undefined;
  for (let above = parentName(name); above !== undefined && parent === undefined; above = parentName(above))
    parent = rows.find((row) => row.name === above);
  parent ??= rows.find(({ role }) => role === "inbox");
  if (parent === undefined || !account.may(parent.id, "k")) throw refuse({ kind: "no-permission" });
  return parent;
}

function hidden(account: ForeignAccount, { id }: MailboxRow): Error {
  return refuse({ kind: account.may(id, "l") ? "no-permission" : "mailbox-missing" });
}
