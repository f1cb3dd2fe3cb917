// The mailboxes of an account as those look them up who tell of changes: made once for a list, which all sessions of the
// account share.

import type { MailboxId } from "../../model/ids.ts";
import type { Mailbox } from "../../model/mailbox.ts";
import { ancestorsOf } from "../listed-names.ts";

export class MailboxIndex {
  readonly byName: ReadonlyMap<string, Mailbox>;
  /** Names that have others below them. */
  readonly parents: ReadonlySet<string>;

  constructor(mailboxes: readonly Mailbox[]) {
    this.byName = new Map(mailboxes.map((mailbox) => [mailbox.name, mailbox]));
    this.parents = ancestorsOf(mailboxes.map(({ name }) => name));
  }
}

const indexes = new WeakMap<readonly Mailbox[], MailboxIndex>();

export function indexOf(mailboxes: readonly Mailbox[]): MailboxIndex {
  let index = indexes.get(mailboxes);
  if (index === undefined) {
    index = new MailboxIndex(mailboxes);
    indexes.set(mailboxes, index);
  }
  return index;
}

/** Those of `ids` that are there, in the order of the list. */
export function mailboxesOf(
  mailboxes: readonly Mailbox[],
  ids: Pick<ReadonlySet<MailboxId>, "size" | "has" | "keys">,
): readonly Mailbox[] {
  const [first] = ids.keys();
  // Mostly it is one.
  if (ids.size === 1) return mailboxes.filter(({ id }) => id === first);
  return mailboxes.filter(({ id }) => ids.has(id));
}
