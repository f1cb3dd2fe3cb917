// What an account truly holds: every message with all the states it ever had, by the number of the commit that made them.
// A command's effect happens at its commit, and nowhere else; whoever reads may see a mailbox as it was after any commit
// from the last one of it whose maker was answered before the question was asked, up to now.

import { changedFlags, type Flags, hasFlag } from "./flag-words.ts";

export interface Content {
  /** As it stands in the Subject, and nowhere else. */
  readonly name: string;
  /** The octets; of mail that was delivered what follows the trace fields. */
  readonly octets: string;
  readonly whole: "whole" | "behind-trace-fields";
  readonly size: number;
  readonly internalDateMs: number;
}

/** Alice has the account; she shares INBOX and Archive with Bob (RFC 4314). */
export type Person = "alice" | "bob";

/** When and with which modSeq something came about. */
export interface Moment {
  readonly commit: number;
  readonly modSeq: number;
}

export interface Version extends Moment {
  /** As Alice sees them. */
  readonly flags: Flags;
  /** RFC 4314 4: \\Seen is each person's own. */
  readonly bobHasSeen: boolean;
}

export function flagsFor({ flags, bobHasSeen }: Pick<Version, "flags" | "bobHasSeen">, person: Person): Flags {
  return person === "alice" ? flags : changedFlags(flags, bobHasSeen ? "+" : "-", "\\Seen");
}

/** What the message becomes when these are its flags for that person. */
export function versionOf(
  before: Pick<Version, "flags" | "bobHasSeen">,
  flags: Flags,
  person: Person,
  { commit, modSeq }: Moment,
): Version {
  if (person === "alice") return { commit, modSeq, flags, bobHasSeen: before.bobHasSeen };
  const alices = changedFlags(flags, hasFlag(before.flags, "\\Seen") ? "+" : "-", "\\Seen");
  return { commit, modSeq, flags: alices, bobHasSeen: hasFlag(flags, "\\Seen") };
}

/** A message that comes with these flags. */
export function firstVersion(flags: Flags, person: Person, moment: Moment): Version {
  return versionOf({ flags: "", bobHasSeen: false }, flags, person, moment);
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

/** From that commit on the mailbox is called so; null when it is no more. */
interface Naming {
  readonly commit: number;
  readonly name: string | null;
}

export class Mailbox {
  /** In the store. */
  readonly id: number;
  readonly uidValidity: number;
  readonly #namings: Naming[];
  uidNext = 1;
  /** The last commit that changed it and whose maker has been answered. */
  answered = 0;
  /** Ascending by UID. */
  readonly messages: Message[] = [];

  readonly #firstModSeq: number;

  constructor(
    { id, uidValidity }: { readonly id: number; readonly uidValidity: number },
    first: Naming,
    modSeq: number,
  ) {
    this.id = id;
    this.uidValidity = uidValidity;
    this.#namings = [first];
    this.#firstModSeq = modSeq;
  }

  /** Null before it was made and after it was deleted. */
  nameAt(commit: number): string | null {
    return this.#namings.findLast((naming) => naming.commit <= commit)?.name ?? null;
  }

  /** As it is called now, or was last. */
  get name(): string {
    return this.#namings.findLast(({ name }) => name !== null)?.name ?? "";
  }

  rename(commit: number, name: string): void {
    this.#namings.push({ commit, name });
  }

  /** What was in it goes with it (RFC 9051 6.3.5). */
  delete(commit: number, modSeq: number): void {
    this.#namings.push({ commit, name: null });
    for (const message of this.at(commit - 1)) {
      message.goneAt = commit;
      message.goneModSeq = modSeq;
    }
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

export interface AccountLimits {
  readonly messagesMax: number;
  readonly messagesPerCommandMax: number;
}

export class Account {
  /** How many units of work have been committed. */
  commit = 0;
  modSeq = 0;
  /** How many messages there may be (RFC 9208). */
  readonly messagesMax: number;
  /** On how many a command works (RFC 9738). */
  readonly messagesPerCommandMax: number;
  /** All that there ever were. */
  readonly mailboxes: Mailbox[];
  /** The last commit that changed which mailboxes there are, and whose maker has been answered. */
  namesAnswered = 0;
  readonly #renamings = new Set<number>();

  constructor(mailboxes: Mailbox[], modSeq: number, { messagesMax, messagesPerCommandMax }: AccountLimits) {
    this.modSeq = modSeq;
    this.mailboxes = mailboxes;
    this.messagesMax = messagesMax;
    this.messagesPerCommandMax = messagesPerCommandMax;
  }

  /** Whether commands may have to leave messages out. */
  get isLimited(): boolean {
    return this.messagesPerCommandMax < 1_000;
  }

  get inbox(): Mailbox {
    const inbox = this.mailboxes.find(({ name }) => name === "INBOX");
    if (inbox === undefined) throw new Error("no INBOX");
    return inbox;
  }

  /** Undefined when there was none of that name after that commit. */
  named(name: string, at: number): Mailbox | undefined {
    return this.mailboxes.find((mailbox) => mailbox.nameAt(at) === name);
  }

  /** Which mailboxes there are has been changed by this commit. */
  namesChangedBy(commit: number): void {
    this.#renamings.add(commit);
  }

  messagesAt(commit: number): number {
    return this.mailboxes.reduce((sum, mailbox) => sum + mailbox.at(commit).length, 0);
  }

  /** The maker of that commit is told that it is done: everybody sees it from now on. */
  wasAnswered(commit: number): void {
    if (this.#renamings.has(commit)) this.namesAnswered = Math.max(this.namesAnswered, commit);
    for (const mailbox of this.mailboxes)
      if (mailbox.wasChangedBy(commit)) mailbox.answered = Math.max(mailbox.answered, commit);
  }

  /** From where on each mailbox is seen by who asks now. */
  floors(): Floors {
    const floors = new Map(this.mailboxes.map((mailbox) => [mailbox, mailbox.answered]));
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

export function countersOf(mailbox: Mailbox, at: number, person: Person): Counters {
  let [messages, unseen, deleted, size] = [0, 0, 0, 0];
  for (const message of mailbox.messages) {
    if (!message.isThere(at)) continue;
    const version = message.versions[message.versionIndex(at)];
    const flags = version === undefined ? "" : flagsFor(version, person);
    messages++;
    size += message.content.size;
    if (!hasFlag(flags, "\\Seen")) unseen++;
    if (hasFlag(flags, "\\Deleted")) deleted++;
  }
  return { messages, unseen, deleted, size };
}
