// Mailbox ids of several accounts beside each other. An id is unique within its account only; a foreign one carries in its upper
// half a number that stands for its account as long as the process lives. It is never stored and never told to a client.

import type { AccountId, MailboxId } from "../../model/ids.ts";

const idsPerAccount = 2 ** 32;

export class AccountIds {
  readonly #indexes = new Map<AccountId, number>();

  /** The id of somebody else's mailbox. */
  foreign(account: AccountId, id: MailboxId): MailboxId {
    if (id >= idsPerAccount) throw new RangeError(`mailbox id out of range: ${id}`);
    // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where ids of other accounts are made
    return (this.#indexOf(account) * idsPerAccount + id) as MailboxId;
  }

  /** The account of a foreign id; undefined for an own one. */
  accountOf(id: MailboxId): AccountId | undefined {
    const wanted = Math.floor(id / idsPerAccount);
    if (wanted === 0) return undefined;
    for (const [account, index] of this.#indexes) if (index === wanted) return account;
    throw new RangeError(`no account has mailbox id ${id}`);
  }

  #indexOf(account: AccountId): number {
    const index = this.#indexes.get(account) ?? this.#indexes.size + 1;
    this.#indexes.set(account, index);
    return index;
  }
}

/** As it is called in its own account. */
export function innerId(id: MailboxId): MailboxId {
  // oxlint-disable-next-line no-unsafe-type-assertion -- the lower half is an id
  return (id % idsPerAccount) as MailboxId;
}

export const isForeignId = (id: MailboxId): boolean => id >= idsPerAccount;
