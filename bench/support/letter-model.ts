// What a mailbox server must answer about the letters of one account, while several clients work on it at once. Only the
// client that brought a letter changes it, so of its own letters a client knows everything at every moment; of those of
// others it knows what never changes. Which letters there are and how they stand is compared in full when all are quiet.

import { expect } from "./question.ts";

export const mailboxes = ["INBOX", "Kept"] as const;
export type MailboxName = (typeof mailboxes)[number];

export interface Letter {
  readonly owner: number;
  /** Its Message-ID. */
  readonly mark: string;
  /** A word of its subject. */
  readonly word: string;
  readonly bytes: Buffer;
  readonly flags: Set<string>;
}

/** A FETCH response, as far as clients here ask. */
export interface Fetched {
  readonly seq: number;
  readonly uid: number;
  readonly flags: readonly string[] | null;
  readonly size: number | null;
  readonly envelope: string | null;
  readonly body: Buffer | null;
}

/** The letters of one account, by mailbox and UID. */
export class LetterModel {
  readonly letters: Readonly<Record<MailboxName, Map<number, Letter>>> = { INBOX: new Map(), Kept: new Map() };
  /** What was there once. */
  readonly #gone: Readonly<Record<MailboxName, Set<number>>> = { INBOX: new Set(), Kept: new Set() };

  readonly #goneBy = new Map<string, number>();

  add(mailbox: MailboxName, uid: number, letter: Letter): void {
    const known = this.letters[mailbox].has(uid) || this.#gone[mailbox].has(uid);
    expect(`UID ${uid} of ${mailbox} given before`, known, false);
    this.letters[mailbox].set(uid, letter);
  }

  remove(mailbox: MailboxName, uid: number): void {
    this.letters[mailbox].delete(uid);
    this.#gone[mailbox].add(uid);
  }

  own(mailbox: MailboxName, owner: number): [uid: number, letter: Letter][] {
    return [...this.letters[mailbox]].filter(([, letter]) => letter.owner === owner);
  }

  /** An answer about one letter, to the client `by`. */
  checkFetched(mailbox: MailboxName, fetched: Fetched, by: number | "nobody"): void {
    const letter = this.letters[mailbox].get(fetched.uid);
    // Another client's, just come or just gone.
    if (letter === undefined) return;
    const what = `UID ${fetched.uid} of ${mailbox}`;
    if (fetched.size !== null) expect(`${what}: size`, fetched.size, letter.bytes.length);
    if (fetched.envelope !== null) expect(`${what}: Message-ID`, fetched.envelope.includes(letter.mark), true);
    if (fetched.body !== null) expect(`${what}: its octets`, fetched.body.equals(letter.bytes), true);
    if (fetched.flags !== null && (by === "nobody" || by === letter.owner))
      expect(`${what}: flags`, flagText(fetched.flags), flagText([...letter.flags]));
  }

  /** Of its own letters a client finds exactly those that match. */
  checkFound(mailbox: MailboxName, found: ReadonlySet<number>, by: number, matches: (letter: Letter) => boolean): void {
    for (const [uid, letter] of this.own(mailbox, by))
      expect(`UID ${uid} of ${mailbox} found`, found.has(uid), matches(letter));
    for (const uid of found)
      expect(`UID ${uid} of ${mailbox} found though long gone`, this.#goneOfOwn(mailbox, uid, by), false);
  }

  #goneOfOwn(mailbox: MailboxName, uid: number, by: number): boolean {
    return this.#gone[mailbox].has(uid) && this.#goneBy.get(`${mailbox} ${uid}`) === by;
  }

  /** As `remove`, by the client whose letter it was. */
  removeOwn(mailbox: MailboxName, uid: number, by: number): void {
    this.remove(mailbox, uid);
    this.#goneBy.set(`${mailbox} ${uid}`, by);
  }

  /** When all are quiet: exactly these letters are there, and stand like this. */
  checkAll(mailbox: MailboxName, all: readonly Fetched[]): void {
    expect(
      `letters in ${mailbox}`,
      all.map(({ uid }) => uid).join(),
      [...this.letters[mailbox].keys()].sort((a, b) => a - b).join(),
    );
    for (const fetched of all) this.checkFetched(mailbox, fetched, "nobody");
  }
}

/** \Recent is not a client's to change. */
const flagText = (flags: readonly string[]): string =>
  flags
    .filter((flag) => flag !== "\\Recent")
    .sort()
    .join(" ");

/** Reads a FETCH response whose literal, if any, comes last. */
export function readFetched(response: Buffer): Fetched | null {
  const head = response.toString("latin1", 0, Math.min(response.length, 2_000));
  const seq = /^\* (\d+) FETCH \(/.exec(head)?.[1];
  const uid = /\bUID (\d+)/.exec(head)?.[1];
  if (seq === undefined || uid === undefined) return null;
  const size = /RFC822\.SIZE (\d+)/.exec(head)?.[1];
  const literal = /BODY\[\] \{(\d+)\}\r\n/.exec(head);
  const from = literal === null ? 0 : literal.index + literal[0].length;
  return {
    seq: Number(seq),
    uid: Number(uid),
    flags: /FLAGS \(([^)]*)\)/.exec(head)?.[1]?.split(" ").filter(Boolean) ?? null,
    size: size === undefined ? null : Number(size),
    envelope: head.includes("ENVELOPE (") ? head : null,
    body: literal === null ? null : Buffer.from(response.subarray(from, from + Number(literal[1]))),
  };
}
