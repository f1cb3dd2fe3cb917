// What happens in the accounts of others, for who watches a person's mail: told under the names and ids of this person, and only
// of what this person may see. RFC 5465 5.5 asks for "l" and "r" to hear of messages, and for "l" to hear of names.

import type { ShareBook } from "../../directory/share-book.ts";
import type { AccountChange } from "../../feed/feed.ts";
import { asModSeq, type MailboxId } from "../../model/ids.ts";
import type { NameNotice } from "../../model/mailbox.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { isPrivate, type MetadataNotice } from "../../model/metadata.ts";
import type { AccountNews } from "../mail.ts";
import type { ForeignAccount } from "./foreign-account.ts";
import { maySee } from "./foreign-metadata.ts";
import type { Neighbours } from "./neighbours.ts";
import type { Person } from "./person.ts";

type Visible = ReadonlyMap<MailboxId, MailboxName>;

const nothing: Visible = new Map();
const beforeAnyChange = asModSeq(0);

interface MetadataWatcher {
  /** Whose own changes it is not told. */
  readonly by: object;
  readonly listener: (notice: MetadataNotice) => void;
}

export class ForeignNews implements Disposable {
  readonly #person: Person;
  readonly #scope = new DisposableStack();
  readonly #watchers = new Set<(news: AccountNews) => void>();
  readonly #metadataWatchers = new Set<MetadataWatcher>();
  /** What each account showed when it was last looked at; kept while somebody watches. */
  readonly #visible = new Map<ForeignAccount, Visible>();
  readonly #followed = new Set<ForeignAccount>();
  readonly #looking = new Map<ForeignAccount, Promise<void>>();

  constructor(person: Person) {
    this.#person = person;
  }

  /** An account has come into use. */
  follow(account: ForeignAccount): void {
    this.#followed.add(account);
    this.#scope.use(account.state.subscribe((change) => this.#hear(account, change)));
    if (this.#watchers.size > 0) this.#look(account, undefined);
  }

  /** Somebody who has never shared anything may begin to. */
  listenTo(shares: ShareBook, neighbours: Neighbours): void {
    const { account, domain } = this.#person;
    const mine = new Set<string>([account, ...(domain === undefined ? [] : [`@${domain}`])]);
    this.#scope.use(
      shares.onChange((grantee) => {
        // To open the account is to follow it.
        if (this.#watchers.size > 0 && mine.has(grantee)) neighbours.accounts().catch(() => undefined);
      }),
    );
  }

  watch(listener: (news: AccountNews) => void): Disposable {
    this.#watchers.add(listener);
    if (this.#watchers.size === 1) for (const account of this.#followed) this.#remember(account);
    return {
      [Symbol.dispose]: () => {
        this.#watchers.delete(listener);
        if (this.#watchers.size === 0) this.#visible.clear();
      },
    };
  }

  watchMetadata(by: object, listener: (notice: MetadataNotice) => void): Disposable {
    const watcher = { by, listener };
    this.#metadataWatchers.add(watcher);
    return { [Symbol.dispose]: () => this.#metadataWatchers.delete(watcher) };
  }

  [Symbol.dispose](): void {
    this.#scope.dispose();
    this.#watchers.clear();
    this.#metadataWatchers.clear();
  }

  #hear(account: ForeignAccount, change: AccountChange): void {
    if (change.metadata !== undefined) this.#tellMetadata(account, change.metadata, change.by);
    if (this.#watchers.size === 0) return;
    const messagesIn = change.messagesIn.filter((id) => maySee(account, id)).map((id) => account.idOf(id));
    if (messagesIn.length > 0) {
      const { modSeq, messages, by } = change;
      this.#tell({ modSeq, messagesIn, mailboxes: [], ...(messages && { messages }), ...(by && { by }) });
    }
    if (change.mailboxes.length > 0 && change.metadata === undefined) this.#look(account, change);
  }

  #tellMetadata(account: ForeignAccount, { owner, names }: MetadataNotice, by: object | undefined): void {
    if (owner === null || !maySee(account, owner)) return;
    const shared = names.filter((name) => !isPrivate(name));
    if (shared.length === 0) return;
    for (const watcher of this.#metadataWatchers)
      if (watcher.by !== by) watcher.listener({ owner: account.idOf(owner), names: shared });
  }

  /** Tells what has come into sight, gone out of it, or got another name. */
  #look(account: ForeignAccount, change: AccountChange | undefined): void {
    this.#afterwards(account, async () => {
      const now = await visibleIn(account);
      if (this.#watchers.size === 0) return;
      const { names, mailboxes } = differences(this.#visible.get(account) ?? nothing, now);
      this.#visible.set(account, now);
      if (mailboxes.length === 0) return;
      const { modSeq, by } = change ?? { modSeq: beforeAnyChange, by: undefined };
      this.#tell({ modSeq, messagesIn: [], mailboxes, names, ...(by && { by }) });
    });
  }

  #remember(account: ForeignAccount): void {
    this.#afterwards(account, async () => {
      this.#visible.set(account, await visibleIn(account));
    });
  }

  /** One look after another. What cannot be read now is told with the next change. */
  #afterwards(account: ForeignAccount, look: () => Promise<void>): void {
    const before = this.#looking.get(account) ?? Promise.resolve();
    this.#looking.set(
      account,
      before.then(look).catch(() => undefined),
    );
  }

  #tell(news: AccountNews): void {
    for (const listener of this.#watchers) listener(news);
  }
}

/** Looked at after each change, by everyone who watches: nothing is counted for it. */
async function visibleIn(account: ForeignAccount): Promise<Visible> {
  await account.load();
  const visible = new Map<MailboxId, MailboxName>();
  for (const row of await account.state.mailboxes()) {
    const name = account.may(row.id, "l") ? account.nameOf(row.name) : undefined;
    if (name !== undefined) visible.set(account.idOf(row.id), name);
  }
  return visible;
}

function differences(before: Visible, now: Visible): { names: NameNotice[]; mailboxes: MailboxId[] } {
  const names: NameNotice[] = [];
  const mailboxes = new Set<MailboxId>();
  for (const [id, oldName] of before) {
    const name = now.get(id);
    if (name === oldName) continue;
    mailboxes.add(id);
    names.push(name === undefined ? { kind: "deleted", name: oldName } : { kind: "renamed", name, oldName });
  }
  for (const [id, name] of now) {
    if (before.has(id)) continue;
    mailboxes.add(id);
    names.push({ kind: "created", name });
  }
  return { names, mailboxes: [...mailboxes] };
}
