// The maildrop (RFC 1939 4, 5): INBOX as it was at login, numbered from 1, and the marks of what QUIT is to delete.
//
// Nothing is locked: RFC 1939 3 has a lock "as necessary to prevent messages from being modified or removed before the
// session enters the UPDATE state", and here no message is ever modified, numbers are this session's own, and deleting
// goes by UID. Others may read, file and delete meanwhile; what they delete is gone here too, and QUIT does not mind.

import { pop3ReadAheadBytesMax, pop3ReadAheadMessagesMax } from "../base/limits.ts";
import type { Pop3Deletion } from "../directory/directory.ts";
import type { AccountMail, Mail } from "../mailbox/mail.ts";
import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import { type AccountId, asUid, type ContentId, type MailboxId, type Uid } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { refuse } from "../model/problem.ts";

/** A message's bytes. */
export type MessageBody = Awaited<ReturnType<OpenMailbox["body"]>>;

export class Maildrop implements Disposable {
  readonly #mail: AccountMail;
  readonly #inbox: OpenMailbox;
  readonly #uidValidity: number;
  readonly #uids: Uint32Array;
  /** Octets; float64 holds any size exactly. */
  readonly #sizes: Float64Array;
  /** 1 for what QUIT is to delete. */
  readonly #marks: Uint8Array;
  #messages: number;
  #octets = 0;
  /** The number of the message asked for last. */
  #latest = 0;
  /** Bodies read together with one that was asked for, since the next ones will be asked for too. */
  #ahead: ReadonlyMap<ContentId, MessageBody> = new Map();

  constructor(mail: AccountMail, inbox: OpenMailbox, uidValidity: number) {
    this.#mail = mail;
    this.#inbox = inbox;
    this.#uidValidity = uidValidity;
    const { exists, columns } = inbox;
    const uids = new Uint32Array(exists);
    this.#sizes = new Float64Array(exists);
    let count = 0;
    for (let seq = 1; seq <= exists; seq++) {
      const uid = inbox.uidAt(seq) ?? 0;
      const at = inbox.indexOf(uid);
      // Another session may have expunged it just now.
      if (at === -1) continue;
      const size = columns.sizes[at] ?? 0;
      uids[count] = uid;
      this.#sizes[count] = size;
      this.#octets += size;
      count++;
    }
    this.#uids = uids.subarray(0, count);
    this.#marks = new Uint8Array(count);
    this.#messages = count;
  }

  /** Whose it is. */
  get account(): AccountId {
    return this.#mail.account;
  }

  /** Messages that are not marked. */
  get messages(): number {
    return this.#messages;
  }

  /** Their octets together. */
  get octets(): number {
    return this.#octets;
  }

  /** Whether there is a message of that number, as far as this session knows. */
  look(number: number): "there" | "marked" | "none" {
    if (number < 1 || number > this.#uids.length) return "none";
    return this.#marks[number - 1] === 1 ? "marked" : "there";
  }

  get hasMarks(): boolean {
    return this.#messages < this.#uids.length;
  }

  /** The numbers that are not marked, ascending. */
  *numbers(): Generator<number> {
    for (let at = 0; at < this.#uids.length; at++) if (this.#marks[at] === 0) yield at + 1;
  }

  /** Octets of a message in the maildrop. */
  sizeOf(number: number): number {
    return this.#sizes[number - 1] ?? 0;
  }

  /**
   * RFC 1939 7: unique within the maildrop, and the same in every session. The UIDVALIDITY of INBOX and the UID are
   * both never used twice in an account.
   */
  uniqueIdOf(number: number): string {
    return `${this.#uidValidity}.${this.#uids[number - 1] ?? 0}`;
  }

  /** A message's bytes. Throws message-missing when another session has deleted it. */
  async body(number: number): Promise<MessageBody> {
    const facts = this.#inbox.facts(this.#uids[number - 1] ?? 0);
    if (facts === undefined) throw refuse({ kind: "message-missing" });
    const inTurn = number === this.#latest + 1;
    this.#latest = number;
    const { content } = facts;
    if (inTurn && !this.#ahead.has(content)) this.#ahead = await this.#readAhead(number);
    return this.#ahead.get(content) ?? (await this.#inbox.body(content));
  }

  // A client that takes one message after another takes the next ones as well: bodies that lie side by side in the store
  // are read in one go.
  async #readAhead(number: number): Promise<ReadonlyMap<ContentId, MessageBody>> {
    const contents: ContentId[] = [];
    let octets = 0;
    for (let next = number; contents.length < pop3ReadAheadMessagesMax; next++) {
      octets += this.sizeOf(next);
      const facts = this.#inbox.facts(this.#uids[next - 1] ?? 0);
      if (facts === undefined || octets > pop3ReadAheadBytesMax) break;
      contents.push(facts.content);
    }
    return contents.length < 2 ? new Map() : await this.#inbox.bodies(contents, pop3ReadAheadBytesMax);
  }

  mark(number: number): void {
    this.#marks[number - 1] = 1;
    this.#messages--;
    this.#octets -= this.sizeOf(number);
  }

  unmarkAll(): void {
    for (let at = 0; at < this.#marks.length; at++) {
      if (this.#marks[at] === 0) continue;
      this.#marks[at] = 0;
      this.#messages++;
      this.#octets += this.#sizes[at] ?? 0;
    }
  }

  /** Deletes what is marked and still there, all in one commit; answers how many were marked. */
  async update(deletion: Pop3Deletion): Promise<number> {
    const marked: Uid[] = [];
    for (const [at, uid] of this.#uids.entries()) if (this.#marks[at] === 1) marked.push(asUid(uid));
    const uids = marked.filter((uid) => this.#inbox.indexOf(uid) !== -1);
    if (uids.length === 0) return marked.length;
    using inbox = await this.#mail.open(this.#inbox.id, "read-write");
    if (deletion === "trash") await inbox.move(uids, await trashOf(this.#mail));
    else await inbox.remove(uids);
    return marked.length;
  }

  [Symbol.dispose](): void {
    this.#inbox[Symbol.dispose]();
    this.#mail[Symbol.dispose]();
  }
}

/** RFC 1939 4: opens the maildrop of an account that has just been verified. */
export async function openMaildrop(service: Mail, account: AccountId): Promise<Maildrop> {
  using leases = new DisposableStack();
  const mail = leases.use(await service.open(account));
  const mailbox = await mail.byRole("inbox");
  if (mailbox === undefined) throw refuse({ kind: "mailbox-missing" });
  // Reading takes nothing from others: a read-write session would be the one that is told of messages as \\Recent
  // (RFC 3501 2.3.2), which IMAP clients count on.
  const inbox = leases.use(await mail.open(mailbox.id, "read-only"));
  const maildrop = new Maildrop(mail, inbox, mailbox.uidValidity);
  leases.move();
  return maildrop;
}

/** The mailbox with the role, or one called Trash, or a new one: what goes there must not be lost. */
async function trashOf(mail: AccountMail): Promise<MailboxId> {
  const byRole = await mail.byRole("trash");
  if (byRole !== undefined) return byRole.id;
  const name = mailboxName("Trash");
  const namesake = (await mail.list()).find((mailbox) => mailbox.name === name && mailbox.selectable);
  return (namesake ?? (await mail.create(name, "trash"))).id;
}
