// A mailbox as ImapFlow hears of it: the picture that a mail program keeps, built from what it read when it opened the
// mailbox and from the untagged responses that came since, by sequence number.

import { setTimeout as sleep } from "node:timers/promises";
import type { ImapFlow, ImapFlowOptions } from "imapflow";
import { imapFlow } from "./imap-flow.ts";
import type { MailPlace } from "./mail-place.ts";

interface Entry {
  /** Unknown until asked: EXISTS tells a number only. */
  uid: number | undefined;
  flags: ReadonlySet<string> | undefined;
}

export class WatchedMailbox implements AsyncDisposable {
  readonly imap: ImapFlow;
  readonly #scope: AsyncDisposable;
  readonly #entries: Entry[] = [];
  /** What it heard that cannot be: ImapFlow swallows what its listeners throw. */
  readonly #faults: string[] = [];

  private constructor(imap: ImapFlow, scope: AsyncDisposable) {
    this.imap = imap;
    this.#scope = scope;
    imap.on("exists", ({ count }) => {
      while (this.#entries.length < count) this.#entries.push({ uid: undefined, flags: undefined });
    });
    imap.on("expunge", (gone) => {
      const at = gone.vanished ? this.#placeOf(gone.uid) : (gone.seq ?? 0) - 1;
      if (this.#entries[at] === undefined) this.#faults.push(`${JSON.stringify(gone)} is gone, which was not there`);
      else this.#entries.splice(at, 1);
    });
    imap.on("flags", ({ seq, uid, flags }) => {
      const entry = this.#entries[seq - 1];
      if (entry === undefined) this.#faults.push(`flags of message ${seq} of ${this.#entries.length}`);
      else if (uid !== undefined && entry.uid !== undefined && uid !== entry.uid)
        this.#faults.push(`message ${seq} has UID ${uid}, and had ${entry.uid}`);
      else {
        entry.flags = flags ?? new Set();
        entry.uid ??= uid;
      }
    });
  }

  static async open(place: MailPlace, path: string, more: Partial<ImapFlowOptions> = {}): Promise<WatchedMailbox> {
    const client = await imapFlow(place, { disableAutoIdle: true, ...more });
    await client.imap.mailboxOpen(path);
    const watched = new WatchedMailbox(client.imap, client);
    await watched.#read(1);
    return watched;
  }

  get count(): number {
    return this.#entries.length;
  }

  /** Goes into IDLE, and stays there until it does something else. */
  async idle(): Promise<void> {
    void this.imap.idle().catch(() => undefined);
    await until("it idles", () => this.imap.idling === true);
  }

  /** UID and flags of each message in order, "?" where it has not heard them. */
  picture(): string[] {
    if (this.#faults.length > 0) throw new Error(`the server said what cannot be: ${this.#faults.join("; ")}`);
    return this.#entries.map(
      ({ uid, flags }) => `${uid ?? "?"} ${flags === undefined ? "?" : [...flags].sort().join(" ")}`,
    );
  }

  /** Asks for what it does not know, as a mail program does after EXISTS; then the picture. */
  async completePicture(): Promise<string[]> {
    const first = this.#entries.findIndex(({ uid, flags }) => uid === undefined || flags === undefined);
    if (first !== -1) await this.#read(first + 1);
    return this.picture();
  }

  /** VANISHED names UIDs; one that is not known belongs to a message that only EXISTS told of. */
  #placeOf(wanted: number | undefined): number {
    const known = this.#entries.findIndex(({ uid }) => uid === wanted);
    return known === -1 ? this.#entries.findLastIndex(({ uid }) => uid === undefined) : known;
  }

  async #read(first: number): Promise<void> {
    const exists = this.imap.mailbox === false ? 0 : this.imap.mailbox.exists;
    if (exists < first) return;
    for await (const { seq, uid, flags } of this.imap.fetch(`${first}:*`, { uid: true, flags: true }))
      this.#entries[seq - 1] = { uid, flags: flags ?? new Set() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}

/** What the server tells somebody who comes anew. */
export async function pictureOf(place: MailPlace, path: string): Promise<string[]> {
  await using fresh = await WatchedMailbox.open(place, path);
  return fresh.picture();
}

/** Waits for something that should happen at once. */
export async function until(what: string, holds: () => boolean, patienceMs = 5_000): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 5) {
    if (waitedMs > patienceMs) throw new Error(`it took longer than ${patienceMs} ms until ${what}`);
    await sleep(5);
  }
}
