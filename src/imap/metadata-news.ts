// What other sessions did to metadata, for a client that has enabled METADATA (RFC 5464 4.4.2): told at the end of its next
// command, and at once in IDLE.
//
// Liberty: of very many changes between two commands the last are not told.

import { metadataNewsMax } from "../base/limits.ts";
import type { AccountMail } from "../mailbox/mail.ts";
import type { EntryName, MetadataOwner } from "../model/metadata.ts";
import { writeMetadataNotice } from "./wire/metadata.ts";
import type { Writer } from "./wire/writer.ts";

export class MetadataNews implements Disposable {
  readonly #mail: AccountMail;
  readonly #watching: Disposable;
  readonly #changed = new Map<MetadataOwner, Set<EntryName>>();
  #count = 0;
  #listener: (() => void) | null = null;

  constructor(mail: AccountMail) {
    this.#mail = mail;
    this.#watching = mail.watchMetadata(({ owner, names }) => {
      const noted = this.#changed.get(owner) ?? new Set();
      this.#changed.set(owner, noted);
      for (const name of names) {
        if (noted.has(name) || this.#count >= metadataNewsMax) continue;
        noted.add(name);
        this.#count++;
      }
      this.#listener?.();
    });
  }

  get areThere(): boolean {
    return this.#count > 0;
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
    this.#changed.clear();
    this.#count = 0;
    for (const [owner, names] of changed) {
      const mailbox = owner === null ? null : mailboxes.find(({ id }) => id === owner)?.name;
      if (mailbox !== undefined && names.size > 0) writeMetadataNotice(to, mailbox, names);
    }
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
  }
}
