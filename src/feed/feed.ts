// The feed within one process: published after a commit, heard by every session on the account, on every protocol.
// What it carries is a hint where to look; the log is the truth.

import type { AccountId, MailboxId, ModSeq } from "../model/ids.ts";
import type { NameNotice } from "../model/mailbox.ts";
import type { MetadataNotice } from "../model/metadata.ts";

export interface AccountChange {
  readonly modSeq: ModSeq;
  /** Mailboxes in which messages changed. */
  readonly messagesIn: readonly MailboxId[];
  /** What happened to those; without a word: messages came or went. */
  readonly messages?: "flags-only";
  /** Mailboxes that were made, renamed, deleted, or (un)subscribed, or whose metadata changed. */
  readonly mailboxes: readonly MailboxId[];
  /** What happened to names of mailboxes. */
  readonly names?: readonly NameNotice[];
  /** Entries that changed. */
  readonly metadata?: MetadataNotice;
  /** The lease of the session that did it; undefined for what no session did. */
  readonly by?: object;
}

export type FeedListener = (change: AccountChange) => void;

export class Feed {
  readonly #listeners = new Map<AccountId, Set<FeedListener>>();

  /** Tells all who listen, in the order in which they came. A listener must not throw and must not wait. */
  publish(account: AccountId, change: AccountChange): void {
    for (const listener of this.#listeners.get(account) ?? []) listener(change);
  }

  subscribe(account: AccountId, listener: FeedListener): Disposable {
    const listeners = this.#listeners.get(account) ?? new Set();
    this.#listeners.set(account, listeners);
    listeners.add(listener);
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener);
        if (listeners.size === 0 && this.#listeners.get(account) === listeners) this.#listeners.delete(account);
      },
    };
  }
}
