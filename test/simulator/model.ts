// What an account truly holds: every message with all the states it ever had, by the number of the commit that made them.
// A command's effect happens at its commit, and nowhere else; whoever reads may see a mailbox as it was after any commit
// from the last one of it whose maker was answered before the question was asked, up to now.

import { type Flags, hasFlag } from "./flag-words.ts";

export interface Content {
  /** As it stands in the Subject, and nowhere else. */
  readonly name: string;
  /** The octets; of mail that was delivered what follows the trace fields. */
  readonly octets: string;
  readonly whole: "whole" | "behind-trace-fields";
  readonly size: number;
  readonly internalDateMs: number;
}

export interface Version {
  readonly commit: number;
  readonly modSeq: number;
  readonly flags: Flags;
}

export class Message {
  readonly uid: number;
  readonly content: Content;
  readonly versions: Version[];
  goneAt = Infinity;
  goneModSeq = Infinity;
  /** RFC 3501 2.3.2: the one session that was told of it as \Recent and could take that from others. */
  recentFor: unknown = null;

  constructor(uid: number, content: Content, first: Version) {
    this.uid = uid;
    this.content = content;
    this.versions = [first];
  }

  get bornAt(): number {
    return this.versions[0]?.commit ?? Infinity;
  }

  get latest(): Version {
    const latest = this.versions.at(-1);
    if (latest === undefined) throw new Error("a message without a version");
    return latest;
  }

  isThere(at: number): boolean {
    return this.bornAt <= at && at < this.goneAt;
  }

  /** The index of the version that is in force after commit `at`; -1 before the first. */
  versionIndex(at: number): number {
    return this.versions.findLastIndex(({ commit }) => commit <= at);
  }

  /** All that it may be seen as from commit `from` on. */
  versionsFrom(from: number): readonly Version[] {
    return this.versions.slice(Math.max(0, this.versionIndex(from)));
  }
}

export class Mailbox {
  readonly name: string;
  uidValidity: number | null = null;
  uidNext = 1;
  /** The last commit that changed it and whose maker has been answered. */
  answered = 0;
  /** Ascending by UID. */
  readonly messages: Message[] = [];

  readonly #firstModSeq: number;

  constructor(name: string, modSeq: number) {
    this.name = name;
    this.#firstModSeq = modSeq;
  }

  uidNextAt(commit: number): number {
    return (this.messages.findLast(({ bornAt }) => bornAt <= commit)?.uid ?? 0) + 1;
  }

  message(uid: number): Message | undefined {
    return this.messages.find((message) => message.uid === uid);
  }

  at(commit: number): Message[] {
    return this.messages.filter((message) => message.isThere(commit));
  }

  wasChangedBy(commit: number): boolean {
    return this.messages.some(
      ({ goneAt, versions }) => goneAt === commit || versions.some((version) => version.commit === commit),
    );
  }

  add(content: Content, version: Version): Message {
    const message = new Message(this.uidNext++, content, version);
    this.messages.push(message);
    return message;
  }

  /** The modSeq of the last change of a message up to that commit; that of the mailbox itself before the first. */
  highestModSeq(at: number): number {
    let highest = this.#firstModSeq;
    for (const message of this.messages) {
      const version = message.versions[message.versionIndex(at)];
      highest = Math.max(highest, version?.modSeq ?? 0, message.goneAt <= at ? message.goneModSeq : 0);
    }
    return highest;
  }
}

/** The commit from which on a mailbox is seen. */
export type Floors = (mailbox: Mailbox) => number;

export class Account {
  /** How many units of work have been committed. */
  commit = 0;
  modSeq = 0;
  /** How many messages there may be (RFC 9208). */
  readonly messagesMax: number;
  readonly mailboxes: ReadonlyMap<string, Mailbox>;

  constructor(names: readonly string[], modSeq: number, messagesMax: number) {
    this.modSeq = modSeq;
    this.mailboxes = new Map(names.map((name) => [name, new Mailbox(name, modSeq)]));
    this.messagesMax = messagesMax;
  }

  mailbox(name: string): Mailbox {
    const mailbox = this.mailboxes.get(name);
    if (mailbox === undefined) throw new Error(`no mailbox ${name}`);
    return mailbox;
  }

  get messages(): number {
    let total = 0;
    for (const mailbox of this.mailboxes.values()) total += mailbox.at(this.commit).length;
    return total;
  }

  /** The maker of that commit is told that it is done: everybody sees it from now on. */
  wasAnswered(commit: number): void {
    for (const mailbox of this.mailboxes.values())
      if (mailbox.wasChangedBy(commit)) mailbox.answered = Math.max(mailbox.answered, commit);
  }

  /** From where on each mailbox is seen by who asks now. */
  floors(): Floors {
    const floors = new Map(Array.from(this.mailboxes.values(), (mailbox) => [mailbox, mailbox.answered]));
    return (mailbox) => floors.get(mailbox) ?? 0;
  }

  /** The commits after which a mailbox may be seen by one for whom it begins with `from`. */
  momentsFrom(from: number): number[] {
    return Array.from({ length: this.commit - from + 1 }, (_, at) => from + at);
  }
}

export interface Counters {
  readonly messages: number;
  readonly unseen: number;
  readonly deleted: number;
  readonly size: number;
}

export function countersOf(mailbox: Mailbox, at: number): Counters {
  let [messages, unseen, deleted, size] = [0, 0, 0, 0];
  for (const message of mailbox.messages) {
    if (!message.isThere(at)) continue;
    const flags = message.versions[message.versionIndex(at)]?.flags ?? "";
    messages++;
    size += message.content.size;
    if (!hasFlag(flags, "\\Seen")) unseen++;
    if (hasFlag(flags, "\\Deleted")) deleted++;
  }
  return { messages, unseen, deleted, size };
}
