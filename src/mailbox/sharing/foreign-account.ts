// Somebody else's account as one person sees it: the mailboxes to which this person has rights, under the names and ids they
// have for this person, with what this person has seen.

import { type Kinship, rightsUnder } from "../../model/acl.ts";
import type { AccountId, MailboxId, ModSeq } from "../../model/ids.ts";
import type { Mailbox } from "../../model/mailbox.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import type { ReaderNumber } from "../../model/readers.ts";
import { hasRight, noRights, type Right, type Rights } from "../../model/rights.ts";
import type { MailboxRow } from "../../store/work/mailboxes.ts";
import { countSeen, findReader, readerOf } from "../../store/work/readers.ts";
import type { AccountState } from "../account-state.ts";
import { type Acting, SessionActing } from "../acting.ts";
import type { HeldAccount } from "../mail-service.ts";
import type { Acl } from "./account-acls.ts";
import type { AccountIds } from "./account-ids.ts";
import { outerName } from "./foreign-names.ts";

/** An account that may share something with a person. */
export interface Neighbour {
  readonly owner: AccountId;
  /** Its primary address. */
  readonly address: string;
  readonly kind: "person" | "shared-account";
  /** What stands before the names of its mailboxes. */
  readonly prefix: string;
  readonly kinship: Kinship;
}

export interface ForeignParts {
  readonly neighbour: Neighbour;
  readonly held: HeldAccount;
  readonly person: AccountId;
  readonly ids: AccountIds;
  /** In whose name things are done there. */
  readonly by: object;
}

const subscribedToNothing: ReadonlySet<MailboxName> = new Set();

export class ForeignAccount implements Disposable {
  readonly neighbour: Neighbour;
  readonly acting: Acting;
  readonly #parts: ForeignParts;
  readonly #rights = new Map<MailboxId, { readonly acl: Acl; readonly rights: Rights }>();
  readonly #names = new Map<MailboxName, MailboxName | undefined>();
  readonly #seen = new Map<MailboxId, { readonly modSeq: ModSeq; readonly messages: number }>();
  #reader: ReaderNumber | null = null;

  constructor(parts: ForeignParts) {
    this.neighbour = parts.neighbour;
    this.acting = new SessionActing(parts.held.state, parts.by);
    this.#parts = parts;
  }

  get owner(): AccountId {
    return this.neighbour.owner;
  }
  get state(): AccountState {
    return this.#parts.held.state;
  }

  /** Resolves when `rights` answers as of now. */
  load(): Promise<void> {
    return this.state.acls.load();
  }

  /** What the person may do in a mailbox, by its id in its account. */
  rights(id: MailboxId): Rights {
    const acl = this.state.acls.of(id);
    const known = this.#rights.get(id);
    if (known?.acl === acl) return known.rights;
    const rights = rightsUnder(acl, this.#parts.person, this.neighbour.kinship);
    this.#rights.set(id, { acl, rights });
    return rights;
  }

  may(id: MailboxId, right: Right): boolean {
    return hasRight(this.rights(id), right);
  }

  /** The id that the person's sessions know. */
  idOf(id: MailboxId): MailboxId {
    return this.#parts.ids.foreign(this.owner, id);
  }

  /** The name that the person's sessions know; undefined for one that is too long with what stands before it. */
  nameOf(inner: MailboxName): MailboxName | undefined {
    if (!this.#names.has(inner)) this.#names.set(inner, outerName(inner, this.neighbour.prefix));
    return this.#names.get(inner);
  }

  /** All mailboxes to which the person has any right at all. */
  async mailboxes(subscribed: ReadonlySet<MailboxName> = subscribedToNothing): Promise<readonly Mailbox[]> {
    await this.load();
    const rows = (await this.state.mailboxes()).filter(({ id }) => this.rights(id) !== noRights);
    const counted = await this.#count(rows);
    return counted.flatMap((row) => this.asMailbox(row, this.#seen.get(row.id)?.messages ?? 0, subscribed) ?? []);
  }

  /** One mailbox of the account; undefined when the person has no right to it. */
  async row(name: MailboxName): Promise<MailboxRow | undefined> {
    await this.load();
    const row = (await this.state.mailboxes()).find((mailbox) => mailbox.name === name);
    return row === undefined || this.rights(row.id) === noRights ? undefined : row;
  }

  /** The same as the person knows it. */
  async mailbox(row: MailboxRow): Promise<Mailbox | undefined> {
    const [counted = row] = await this.#count([row]);
    return this.asMailbox(counted, this.#seen.get(row.id)?.messages ?? 0, subscribedToNothing);
  }

  /** `seen`: how many of its messages the person has seen. */
  asMailbox(row: MailboxRow, seen: number, subscribed: ReadonlySet<MailboxName>): Mailbox | undefined {
    const name = this.nameOf(row.name);
    if (name === undefined) return undefined;
    const rights = this.rights(row.id);
    // What is in it is for those to know who may read it.
    const counters = hasRight(rights, "r") ? { unseen: Math.max(0, row.messages - seen) } : nothingInIt;
    // Another's Sent is not where this person's sent mail goes.
    const role = null;
    const [id, { owner }] = [this.idOf(row.id), this];
    const selectable = row.selectable && hasRight(rights, "r");
    return { ...row, ...counters, id, name, role, owner, rights, selectable, subscribed: subscribed.has(name) };
  }

  /** The person's number here, which is made at the first need. */
  async reader(): Promise<ReaderNumber> {
    this.#reader ??= await this.state.store.write(() => readerOf(this.#parts.person), "soon");
    return this.#reader;
  }

  /** The same, or null while there is none. */
  async findReader(): Promise<ReaderNumber | null> {
    this.#reader ??= await this.state.store.read(() => findReader(this.#parts.person));
    return this.#reader;
  }

  [Symbol.dispose](): void {
    this.#parts.held.release();
  }

  /** Counts again where something has changed. Answers the rows with counters of the moment in which it was counted. */
  async #count(rows: readonly MailboxRow[]): Promise<readonly MailboxRow[]> {
    const stale = rows.filter((row) => this.#seen.get(row.id)?.modSeq !== row.highestModSeq);
    if (stale.length === 0) return rows;
    const reader = await this.findReader();
    if (reader === null) {
      for (const { id, highestModSeq } of stale) this.#seen.set(id, { modSeq: highestModSeq, messages: 0 });
      return rows;
    }
    const ids = stale.map(({ id }) => id);
    const counted = await this.state.store.read(() => countSeen(ids, reader));
    for (const { row, seen } of counted.values()) this.#seen.set(row.id, { modSeq: row.highestModSeq, messages: seen });
    return rows.map((row) => counted.get(row.id)?.row ?? row);
  }
}

const nothingInIt = { messages: 0, unseen: 0, deleted: 0, bytes: 0, deletedBytes: 0 } as const;
