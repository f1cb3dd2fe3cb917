// What one IMAP session has been told of its mailbox (RFC 9051 2.3.1.2, 7.5.1): UIDs by sequence number, and flags. Each
// thing it is told is judged by what it was told before and by what the mailbox ever was.

import type { Dialect } from "./dialect.ts";
import { judge } from "./finding.ts";
import { type Flags, flagsOf } from "./flag-words.ts";
import { type Account, type Floors, flagsFor, type Mailbox, type Message, type Person } from "./model.ts";

export interface ToldFlags {
  readonly flags: Flags;
  /** Among the message's versions: never an older one again. */
  readonly version: number;
}

/** What a FETCH response told of a message. */
export interface FetchedItems {
  readonly uid: number | null;
  readonly flags: string | null;
  readonly modSeq: number | null;
}

/** Who looks. */
interface Viewer {
  readonly numbers: Dialect["numbers"];
  readonly person: Person;
}

export class Picture {
  readonly mailbox: Mailbox;
  readonly #account: Account;
  readonly numbers: Dialect["numbers"];
  readonly person: Person;
  /** By sequence number less one; null for one whose UID was not told yet. Of who knows no numbers these are the last. */
  readonly uids: (number | null)[] = [];
  readonly told = new Map<number, ToldFlags>();
  readonly recent = new Set<number>();

  constructor(account: Account, mailbox: Mailbox, { numbers, person }: Viewer) {
    this.#account = account;
    this.person = person;
    this.mailbox = mailbox;
    this.numbers = numbers;
  }

  get exists(): number {
    return this.uids.length;
  }

  get largestUid(): number {
    return this.uids.findLast((uid) => uid !== null) ?? 0;
  }

  /** RFC 9051 7.4.1: messages arrive by EXISTS; only EXPUNGE and VANISHED take them away. */
  hearExists(count: number): void {
    judge(count >= this.uids.length, () => `EXISTS went from ${this.uids.length} to ${count}`);
    judge(count <= this.mailbox.messages.length, () => `EXISTS ${count}: there never were so many`);
    while (this.uids.length < count) this.uids.push(null);
  }

  hearExpunge(seq: number): void {
    judge(seq >= 1 && seq <= this.uids.length, () => `EXPUNGE ${seq}, of ${this.uids.length} messages`);
    const [uid] = this.uids.splice(seq - 1, 1);
    if (uid !== null && uid !== undefined) this.#forget(uid, `EXPUNGE ${seq}`);
  }

  hearVanished(uids: readonly number[]): void {
    for (const uid of uids) {
      this.uids.splice(this.#placeOf(uid) - 1, 1);
      this.#forget(uid, `VANISHED ${uid}`);
    }
  }

  #forget(uid: number, what: string): void {
    const message = this.mailbox.message(uid);
    judge(message !== undefined, () => `${what}: UID ${uid} was never there`);
    judge(message.goneAt <= this.#account.commit, () => `${what}: UID ${uid} is still there`);
    this.told.delete(uid);
    this.recent.delete(uid);
  }

  /** RFC 9586: of who knows no numbers. Answers where the UID is in `uids`, counted from one. */
  learnUid(uid: number): number {
    if (!this.uids.includes(uid)) {
      this.uids.splice(this.#placeOf(uid) - 1, 1);
      const higher = this.uids.findIndex((other) => other === null || other > uid);
      this.uids.splice(higher < 0 ? this.uids.length : higher, 0, uid);
    }
    return this.uids.indexOf(uid) + 1;
  }

  /** Its sequence number. One whose UID was not told yet is one of those between the UIDs around it, since UIDs ascend. */
  #placeOf(uid: number): number {
    const at = this.uids.indexOf(uid);
    if (at >= 0) return at + 1;
    if (this.numbers === "uid-only") {
      judge(this.uids.at(-1) === null, () => `UID ${uid} is told of, and there is no place for it`);
      return this.uids.length;
    }
    const lower = this.uids.findLastIndex((known) => known !== null && known < uid);
    const place = this.uids.indexOf(null, lower + 1);
    const higher = this.uids.findIndex((known) => known !== null && known > uid);
    judge(place >= 0 && (higher < 0 || place < higher), () => `UID ${uid} is told of, and there is no place for it`);
    return place + 1;
  }

  /** Which message a number means; judges the UID if it was told. */
  messageAt(seq: number, uid: number | null): Message | undefined {
    judge(seq >= 1 && seq <= this.uids.length, () => `message ${seq} is told of, of ${this.uids.length}`);
    const known = this.uids[seq - 1] ?? null;
    if (uid !== null) {
      judge(known === null || known === uid, () => `message ${seq} is told as UID ${uid}; it is UID ${known}`);
      if (known === null) this.#learn(seq, uid);
    }
    const now = this.uids[seq - 1] ?? null;
    return now === null ? undefined : this.mailbox.message(now);
  }

  #learn(seq: number, uid: number): void {
    const below = this.uids.slice(0, seq - 1).findLast((other) => other !== null) ?? 0;
    const above = this.uids.slice(seq).find((other) => other !== null) ?? Infinity;
    judge(uid > below && uid < above, () => `UID ${uid} of message ${seq} is not between ${below} and ${above}`);
    const message = this.mailbox.message(uid);
    judge(message !== undefined, () => `UID ${uid} of message ${seq} was never there`);
    this.uids[seq - 1] = uid;
  }

  /** `from`: the commit from which the mailbox may be seen. Told without being asked: null. */
  hearFlags(message: Message, items: FetchedItems, from: number | null): void {
    const { uid, versions } = message;
    judge(from === null || message.goneAt > from, () => `UID ${uid} is told as (${items.flags}), and was gone before`);
    const before = this.told.get(uid);
    const least = Math.max(before?.version ?? 0, from === null ? 0 : message.versionIndex(from));
    const flags = items.flags === null ? null : flagsOf(items.flags);
    const index = versions.findIndex(
      (version, at) =>
        at >= least &&
        (flags === null || flagsFor(version, this.person) === flags) &&
        (items.modSeq === null || version.modSeq === items.modSeq),
    );
    judge(index >= 0, () => {
      const had = versions.map((version) => `(${flagsFor(version, this.person)}) MODSEQ ${version.modSeq}`);
      return `UID ${uid} is told as (${items.flags}) MODSEQ ${items.modSeq}; from version ${least} it has been ${had.slice(least).join(", ")}`;
    });
    if (flags !== null) this.told.set(uid, { flags, version: index });
  }

  /** RFC 9051 6.4.6: who changes flags with .SILENT believes that they are what the command made of them. */
  believe(uid: number, flags: Flags): void {
    const before = this.told.get(uid);
    if (before !== undefined) this.told.set(uid, { ...before, flags });
  }

  /** Whether it is the mailbox as it was after commit `at`. */
  isMailboxAt(at: number): boolean {
    const there = this.mailbox.at(at);
    if (there.length !== this.uids.length) return false;
    if (this.numbers === "uid-only")
      return this.uids.every((uid) => uid === null || there.some((one) => one.uid === uid));
    return there.every(({ uid }, seq) => (this.uids[seq] ?? uid) === uid);
  }

  /**
   * After a command its session must have heard of everything that could be seen when it was given; of expunges only where
   * they may be told.
   */
  judgeFresh(floors: Floors, expunges: "told" | "kept"): void {
    const from = floors(this.mailbox);
    const moments = this.#account.momentsFrom(from);
    if (expunges === "told") {
      judge(
        moments.some((at) => this.isMailboxAt(at)),
        () =>
          `the session has UIDs ${this.uids.map((uid) => uid ?? "?").join(" ")}; the mailbox has ${this.#truth(from)}`,
      );
    } else {
      const there = this.mailbox.messages.filter(
        (message) => message.bornAt <= from && message.goneAt > this.#account.commit,
      );
      const known = there.filter(({ uid }) => this.uids.includes(uid)).length;
      const unknown = this.uids.filter((uid) => uid === null).length;
      judge(
        there.length - known <= unknown,
        () => `the session has not heard of all messages; the mailbox has ${this.#truth(from)}`,
      );
    }
    for (const [uid, { flags }] of this.told) {
      const message = this.mailbox.message(uid);
      if (message === undefined || message.goneAt <= this.#account.commit) continue;
      judge(
        message.versionsFrom(from).some((version) => flagsFor(version, this.person) === flags),
        () => `the session believes that UID ${uid} is (${flags}); it is (${flagsFor(message.latest, this.person)})`,
      );
    }
  }

  #truth(from: number): string {
    const list = (at: number): string =>
      this.mailbox
        .at(at)
        .map(({ uid }) => uid)
        .join(" ");
    return list(from) === list(this.#account.commit)
      ? list(from)
      : `${list(from)}, later ${list(this.#account.commit)}`;
  }
}
