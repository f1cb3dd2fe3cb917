// One session's hold on an account: the use cases under the names that adapters call, over the account's shared state.

import type { Entropy } from "../base/clock.ts";
import type { AccountChange, Feed } from "../feed/feed.ts";
import type { AccountId, MailboxId } from "../model/ids.ts";
import type { Mailbox, MailboxRole } from "../model/mailbox.ts";
import type { MailboxName } from "../model/mailbox-name.ts";
import type { EntryName, MetadataChange, MetadataEntry, MetadataNotice, MetadataOwner } from "../model/metadata.ts";
import type { Quota, QuotaChange } from "../model/quota.ts";
import { auditAccount } from "../store/audit.ts";
import { appendMessages } from "../store/work/append.ts";
import { foldLog } from "../store/work/fold-log.ts";
import { orphanSubscriptions } from "../store/work/mailboxes.ts";
import { metadataOfMailboxes, readMetadata } from "../store/work/metadata.ts";
import { changeQuota, readQuota } from "../store/work/quota.ts";
import type { Tombstone } from "../store/work/tombstones.ts";
import type { AccountState } from "./account-state.ts";
import { type Acting, SessionActing } from "./acting.ts";
import type { AppendItem, AppendResult, MessageSink } from "./appending.ts";
import { checkIndex, type IndexCheck } from "./index-check.ts";
import type { AccountMail, RecoverOrder } from "./mail.ts";
import {
  changeMetadata,
  create,
  findMailbox,
  remove,
  rename,
  setSubscribed,
  usableDestination,
} from "./mailbox-use-cases.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import { purge, recover, recoverable } from "./recover.ts";
import { SessionMailbox } from "./session-mailbox.ts";
import { asNewMessage, ParsingSink } from "./staging.ts";

export class AccountLease implements AccountMail {
  readonly account: AccountId;
  readonly #state: AccountState;
  readonly #acting: Acting;
  readonly #feed: Feed;
  readonly #release: () => void;

  constructor(state: AccountState, feed: Feed, release: () => void) {
    this.account = state.account;
    this.#state = state;
    this.#acting = new SessionActing(state, this);
    this.#feed = feed;
    this.#release = release;
  }

  list(): Promise<readonly Mailbox[]> {
    return this.#state.mailboxes();
  }

  find(name: MailboxName): Promise<Mailbox> {
    return findMailbox(this.#state, name);
  }

  async destination(name: MailboxName): Promise<Mailbox> {
    return usableDestination((await this.list()).find((mailbox) => mailbox.name === name));
  }

  async byRole(role: MailboxRole): Promise<Mailbox | undefined> {
    return (await this.#state.mailboxes()).find((mailbox) => mailbox.role === role);
  }

  create(name: MailboxName, role?: MailboxRole): Promise<Mailbox> {
    return create(this.#acting, name, role);
  }

  remove(name: MailboxName): Promise<void> {
    return remove(this.#acting, name);
  }

  rename(from: MailboxName, to: MailboxName): Promise<void> {
    return rename(this.#acting, from, to);
  }

  subscribe(name: MailboxName): Promise<void> {
    return setSubscribed(this.#acting, name, "subscribed");
  }

  unsubscribe(name: MailboxName): Promise<void> {
    return setSubscribed(this.#acting, name, "unsubscribed");
  }

  orphanSubscriptions(): Promise<readonly MailboxName[]> {
    return this.#state.store.read(orphanSubscriptions);
  }

  newMessage(): MessageSink {
    return new ParsingSink(this.#state.store.newBody());
  }

  async append(to: MailboxId, items: readonly AppendItem[]): Promise<AppendResult> {
    const nowMs = this.#state.clock.nowMs();
    const messages = items.map((item) => asNewMessage(item, nowMs));
    const appended = await this.#state.store.write(
      () => appendMessages(to, messages, nowMs, this.#state.quota),
      "flushed",
    );
    await this.#acting.announce({ modSeq: appended.modSeq, messagesIn: [to], mailboxes: [] }, appended.delta);
    return appended;
  }

  quota(): Promise<Quota> {
    return this.#state.store.read(() => readQuota(this.#state.quota));
  }

  async changeQuota(change: QuotaChange): Promise<Quota> {
    await this.#state.store.write(() => changeQuota(change), "flushed");
    return this.quota();
  }

  metadata(owner: MetadataOwner): Promise<readonly MetadataEntry[]> {
    return this.#state.store.read(() => readMetadata(owner));
  }

  metadataOfMailboxes(name: EntryName): Promise<ReadonlyMap<MailboxId, Uint8Array>> {
    return this.#state.store.read(() => metadataOfMailboxes(name));
  }

  changeMetadata(owner: MetadataOwner, changes: readonly MetadataChange[]): Promise<void> {
    return changeMetadata(this.#acting, owner, changes);
  }

  watchMetadata(listener: (notice: MetadataNotice) => void): Disposable {
    return this.#feed.subscribe(this.account, ({ metadata, by }) => {
      if (metadata !== undefined && by !== this) listener(metadata);
    });
  }

  async open(mailbox: MailboxId, mode: "read-write" | "read-only"): Promise<OpenMailbox> {
    const view = await this.#state.enterView(mailbox);
    return new SessionMailbox(this.#state, view, { mode, acting: this.#acting });
  }

  watch(listener: (news: AccountChange) => void): Disposable {
    return this.#feed.subscribe(this.account, listener);
  }

  flush(): Promise<void> {
    return this.#state.store.flush();
  }

  recoverable(order: RecoverOrder): Promise<readonly Tombstone[]> {
    return recoverable(this.#state, order);
  }

  recover(order: RecoverOrder, progress: (done: number, of: number) => void): Promise<number> {
    return recover(this.#state, order, progress);
  }

  purge(beforeMs: number): Promise<number> {
    return purge(this.#state, beforeMs);
  }

  async foldLog(kept: number): Promise<void> {
    await this.#state.store.write(() => foldLog(kept), "soon");
  }

  check(progress: (share: number) => void): Promise<readonly string[]> {
    return auditAccount(this.#state.store, progress);
  }

  checkIndex(chance: Entropy, progress: (share: number) => void): Promise<IndexCheck> {
    const account = {
      list: () => this.#state.mailboxes(),
      open: (mailbox: MailboxId) => this.open(mailbox, "read-only"),
      index: this.#state.store.textIndex,
    };
    return checkIndex(account, chance, progress);
  }

  rebuildIndex(progress: (share: number) => void): Promise<void> {
    return this.#state.store.textIndex.rebuild(progress);
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}
