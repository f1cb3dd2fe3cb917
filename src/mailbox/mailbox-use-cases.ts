// What a session does to mailboxes themselves: create, rename, delete, subscribe (RFC 9051 6.3.4 to 6.3.8).

import { asModSeq, type MailboxId } from "../model/ids.ts";
import type { Mailbox, MailboxRole, NameNotice } from "../model/mailbox.ts";
import { inboxName, isBelow, type MailboxName, parentName } from "../model/mailbox-name.ts";
import { isPrivate, type MetadataChange, type MetadataOwner } from "../model/metadata.ts";
import { refuse } from "../model/problem.ts";
import { uidSet } from "../model/uid-set.ts";
import { moveMessages } from "../store/work/copy.ts";
import {
  createMailboxes,
  deleteMailbox,
  dropSubscription,
  keepSubscription,
  type MailboxRow,
  type NewMailbox,
  readMailboxes,
  renameMailbox,
  subscribeMailbox,
} from "../store/work/mailboxes.ts";
import { changeMetadata as changeEntries, copyMetadata, type MetadataReader } from "../store/work/metadata.ts";
import type { Acting } from "./acting.ts";

export async function findMailbox(state: Acting, name: MailboxName): Promise<MailboxRow> {
  const found = (await state.mailboxes()).find((mailbox) => mailbox.name === name);
  if (found === undefined) throw refuse({ kind: "mailbox-missing" });
  return found;
}

/** RFC 9051 6.4.7: TRYCREATE tells that creating the mailbox would help, so destination-missing. */
export function usableDestination(mailbox: Mailbox | undefined): Mailbox {
  if (mailbox === undefined) throw refuse({ kind: "destination-missing" });
  if (!mailbox.selectable) throw refuse({ kind: "mailbox-not-selectable" });
  return mailbox;
}

/** `aclOf`: whose list of rights it begins with, if it has no parent. */
export async function create(
  state: Acting,
  name: MailboxName,
  role: MailboxRole | undefined,
  aclOf?: MailboxId,
): Promise<MailboxRow> {
  // RFC 9051 6.3.4: missing superior names are made too, here as mailboxes one can open.
  const wanted: NewMailbox[] = [
    ...(await missingParents(state, name)),
    { name, role: role ?? null, subscribed: false },
  ];
  const [first] = wanted;
  if (first !== undefined && aclOf !== undefined && parentName(first.name) === undefined)
    wanted[0] = { ...first, aclOf };
  const nowMs = state.clock.nowMs();
  const { ids, modSeq, row } = await state.store.write(function* () {
    const made = yield* createMailboxes(wanted, nowMs, state.quota);
    // Read here: once it is announced, somebody may have renamed or deleted it.
    const [last] = yield* readMailboxes(made.ids.slice(-1));
    return { ...made, row: last };
  }, "flushed");
  await state.announce({ modSeq, messagesIn: [], mailboxes: ids, names: wanted.map(created) });
  if (row === undefined) throw new Error("a mailbox that has just been made is not there");
  return row;
}

const created = ({ name }: NewMailbox): NameNotice => ({ kind: "created", name });

async function missingParents(state: Acting, name: MailboxName): Promise<NewMailbox[]> {
  const present = new Set((await state.mailboxes()).map((mailbox) => mailbox.name));
  const missing: NewMailbox[] = [];
  for (let parent = parentName(name); parent !== undefined && !present.has(parent); parent = parentName(parent))
    missing.unshift({ name: parent, role: null, subscribed: false });
  return missing;
}

export async function remove(state: Acting, name: MailboxName): Promise<void> {
  const mailbox = await findMailbox(state, name);
  // RFC 9051 6.3.5: INBOX cannot be deleted.
  if (mailbox.role === "inbox") throw refuse({ kind: "mailbox-fixed" });
  if (!mailbox.selectable && (await hasChildren(state, name))) throw refuse({ kind: "mailbox-not-selectable" });
  const { modSeq } = await state.store.write(() => deleteMailbox(mailbox.id, name, state.clock.nowMs()), "flushed");
  await state.announce({ modSeq, messagesIn: [], mailboxes: [mailbox.id], names: [{ kind: "deleted", name }] });
}

const beforeAnyChange = asModSeq(0);

async function hasChildren(state: Acting, name: MailboxName): Promise<boolean> {
  return (await state.mailboxes()).some((mailbox) => isBelow(mailbox.name, name));
}

export async function rename(state: Acting, from: MailboxName, to: MailboxName): Promise<void> {
  const mailbox = await findMailbox(state, from);
  if (from === to || (await state.mailboxes()).some((other) => other.name === to))
    throw refuse({ kind: "mailbox-exists" });
  if (mailbox.role === "inbox") return emptyInbox(state, mailbox.id, to);
  if (isBelow(to, from)) throw refuse({ kind: "mailbox-fixed" });
  const parents = await missingParents(state, to);
  if (parents.length > 0) {
    const made = await state.store.write(() => createMailboxes(parents, state.clock.nowMs(), state.quota), "flushed");
    const names = parents.map(created);
    await state.announce({ modSeq: made.modSeq, messagesIn: [], mailboxes: made.ids, names });
  }
  const { ids, modSeq } = await state.store.write(() => renameMailbox(mailbox.id, from, to), "flushed");
  const names: readonly NameNotice[] = [{ kind: "renamed", name: to, oldName: from }];
  await state.announce({ modSeq, messagesIn: [], mailboxes: ids, names });
}

// RFC 9051 6.3.6: renaming INBOX moves its messages to a new mailbox and leaves INBOX empty, its children untouched.
async function emptyInbox(state: Acting, inbox: MailboxId, to: MailboxName): Promise<void> {
  const made = await create(state, to, undefined);
  const everything = uidSet([[1, 0xffff_ffff]]);
  const nowMs = state.clock.nowMs();
  const moved = await state.store.write(function* () {
    yield* copyMetadata(inbox, made.id);
    return yield* moveMessages({ source: inbox, uids: everything, to: made.id }, nowMs);
  }, "flushed");
  if (moved.modSeq !== null)
    await state.announce({ modSeq: moved.modSeq, messagesIn: [made.id, inbox], mailboxes: [] });
}

export async function setSubscribed(
  state: Acting,
  name: MailboxName,
  wish: "subscribed" | "unsubscribed",
): Promise<void> {
  const mailbox = (await state.mailboxes()).find((other) => other.name === name);
  const names: readonly NameNotice[] = [{ kind: "subscription", name }];
  if (mailbox === undefined) {
    // RFC 9051 6.3.7: the server must not take a subscription away because the mailbox is gone; nor refuse one before.
    await state.store.write(() => (wish === "subscribed" ? keepSubscription(name) : dropSubscription(name)), "flushed");
    // No mailbox of the log has changed.
    await state.announce({ modSeq: beforeAnyChange, messagesIn: [], mailboxes: [], names });
    return;
  }
  if (mailbox.subscribed === (wish === "subscribed")) return;
  const { modSeq } = await state.store.write(() => subscribeMailbox(mailbox.id, wish), "flushed");
  await state.announce({ modSeq, messagesIn: [], mailboxes: [mailbox.id], names });
}

/** `reader`: somebody who is not the owner, and whose private entries are his own. */
export async function changeMetadata(
  state: Acting,
  owner: MetadataOwner,
  changes: readonly MetadataChange[],
  reader: MetadataReader = null,
): Promise<void> {
  const modSeq = await state.store.write(() => changeEntries(owner, changes, reader), "flushed");
  if (modSeq === null) return;
  // Nobody else has what is private to a reader.
  const names = changes.map(({ name }) => name).filter((name) => reader === null || !isPrivate(name));
  const metadata = { owner, names };
  await state.announce({ modSeq, messagesIn: [], mailboxes: owner === null ? [] : [owner], metadata });
}

/** What every account has from the start (RFC 6154), subscribed, so that a client shows them at once. */
export const standardMailboxes: readonly (readonly [name: string, role: MailboxRole])[] = [
  [inboxName, "inbox"],
  ["Drafts", "drafts"],
  ["Sent", "sent"],
  ["Junk", "junk"],
  ["Trash", "trash"],
  ["Archive", "archive"],
  ["Notes", "notes"],
];
