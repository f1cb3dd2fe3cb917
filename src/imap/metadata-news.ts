// What other sessions did to metadata, for a client that has enabled METADATA (RFC 5464 4.4.2): told at the end of its next
// command, and at once in IDLE; or for one that has asked for it by NOTIFY (RFC 5465 5.6 and 5.7).
//
// Liberty: of very many changes between two commands the last are not told; NOTIFY says so.

import { metadataNewsMax } from "../base/limits.ts";
import type { AccountMail } from "../mailbox/mail.ts";
import type { Mailbox } from "../model/mailbox.ts";
import type { EntryName, MetadataOwner } from "../model/metadata.ts";
import { writeMetadataNotice } from "./wire/metadata.ts";
import type { Writer } from "./wire/writer.ts";

export class MetadataNews implements Disposable {
  readonly #mail: AccountMail;
  readonly #wants: (mailbox: Mailbox | null) => boolean;
  readonly #watching: Disposable;
  readonly #changed = new Map<MetadataOwner, Set<EntryName>>();
  #count = 0;
  #listener: (() => void) | null = null;

  /** `wants`: whether the client wants to know of a mailbox's metadata, or of the account's. */
  constructor(mail: AccountMail, wants: (mailbox: Mailbox | null) => boolean = () => true) {
    this.#mail = mail;
    this.#wants = wants;
    this.#watching = mail.watchMetadata(({ owner, names }) => {
      this.#note(owner, names);
      this.#listener?.();
    });
  }

  #note(owner: MetadataOwner, names: Iterable<EntryName>): void {
    const noted = this.#changed.get(owner) ?? new Set();
    this.#changed.set(owner, noted);
    for (const name of names) {
      if (noted.has(name) || this.#count >= metadataNewsMax) continue;
      noted.add(name);
      this.#count++;
    }
  }

  /** What is not told yet is told by another one. */
  handOver(to: MetadataNews): void {
    for (const [owner, names] of this.#changed) to.#note(owner, names);
    this.forget();
  }

  get areThere(): boolean {
    return this.#count > 0;
  }

  /** Whether something will not be told, for all that happened. */
  get areLost(): boolean {
    return this.#count >= metadataNewsMax;
  }

  /** Nothing that happened so far will be told. */
  forget(): void {
    this.#changed.clear();
    this.#count = 0;
  }

  onNews(listener: () => void): Disposable {
    this.#listener = listener;
    return {
      [Symbol.dispose]: () => {
        this.#listener = null;
      },
    };
  }

  /** Of a mailbox that has been deleted meanwhile nothing is told. */
  async tell(to: Writer): Promise<void> {
    if (!this.areThere) return;
    const mailboxes = await this.#mail.list();
    const changed = [...this.#changed];
    this.forget();
    for (const [owner, names] of changed) {
      const mailbox = owner === null ? null : mailboxes.find(({ id }) => id === owner);
      if (mailbox === undefined || names.size === 0 || !this.#wants(mailbox)) continue;
      writeMetadataNotice(to, mailbox?.name ?? null, names);
    }
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
  }
}
