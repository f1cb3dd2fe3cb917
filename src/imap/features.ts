// What a client has enabled for its connection (RFC 9051 6.3.1, RFC 5161): a server tells a client of new things only
// after the client has said that it knows them.

import type { AccountMail } from "../mailbox/mail.ts";
import type { AccountQuotas } from "./account-quotas.ts";
import { type ActiveComparator, defaultComparator } from "./comparators.ts";
import type { SpokenLanguage } from "./language/speech.ts";
import { MetadataNews } from "./metadata-news.ts";
import type { Notifier } from "./notify/notifier.ts";
import type { NameForm } from "./wire/argument-reader.ts";
import type { Writer } from "./wire/writer.ts";
import { Withheld } from "./withheld.ts";

export const enableable = ["CONDSTORE", "QRESYNC", "UTF8=ACCEPT", "METADATA", "UIDONLY", "IMAP4rev2"] as const;
export type Feature = (typeof enableable)[number];

/** Shared by all sessions that have enabled nothing. */
const none: ReadonlySet<Feature> = new Set();

export class Features implements Disposable {
  /** What it cannot enable. */
  readonly withheld = new Withheld();
  /** Of an administrator: what all accounts may hold. */
  quotas: AccountQuotas | null = null;
  /** Once METADATA is enabled. */
  metadataNews: MetadataNews | null = null;
  /** Once NOTIFY has been given. */
  notifier: Notifier | null = null;
  /** In which it is spoken to (RFC 5255 3). */
  language: SpokenLanguage = "i-default";
  /** By what text is compared (RFC 5255 4.7). */
  comparator: ActiveComparator = defaultComparator;
  #enabled = none;

  has(feature: Feature): boolean {
    return this.#enabled.has(feature);
  }

  enable(feature: Feature): void {
    // RFC 7162 3.2.3: "the server MUST also enable CONDSTORE" with QRESYNC.
    const both = feature === "QRESYNC" ? ([feature, "CONDSTORE"] as const) : [feature];
    this.#enabled = new Set([...this.#enabled, ...both]);
  }

  /** RFC 5464 4.4.2: a client that has enabled METADATA is told what others do to it. */
  hearOfMetadata(mail: AccountMail): void {
    this.metadataNews ??= new MetadataNews(mail);
  }

  /** RFC 5465 3.1: in place of what was asked for before. */
  listenBy(notifier: Notifier): void {
    this.notifier?.[Symbol.dispose]();
    this.notifier = notifier;
  }

  /** The account is left: nothing more is heard of it. */
  [Symbol.dispose](): void {
    this.metadataNews?.[Symbol.dispose]();
    this.notifier?.[Symbol.dispose]();
  }

  /** What is written to the client is written in its language, and names in its form. */
  giveVoice(to: Writer): void {
    to.names = this.names;
    to.language = this.language;
  }

  /** RFC 6855 3 and RFC 9051 5.1: with either enabled, names are UTF-8 in both directions. */
  get names(): NameForm {
    return this.has("UTF8=ACCEPT") || this.has("IMAP4rev2") ? "utf-8" : "modified-utf-7";
  }

  /** RFC 9051 Appendix E: \Recent, RECENT and UNSEEN are told to IMAP4rev1 sessions only. */
  get tellsRecent(): boolean {
    return !this.has("IMAP4rev2");
  }
}
