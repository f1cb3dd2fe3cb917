// A search that its client is kept told of (CONTEXT=SEARCH, RFC 5267 4.3): what it has found, and what has come and gone since.

import { judge } from "./finding.ts";
import { numbersOf, setOf } from "./imap-response.ts";
import type { Mailbox } from "./model.ts";
import type { SearchKey } from "./search-key.ts";

export class SearchContext {
  readonly #key: SearchKey;
  readonly #uids: Set<number>;

  constructor(key: SearchKey, uids: Iterable<number>) {
    this.#key = key;
    this.#uids = new Set(uids);
  }

  /** `ADDTO (0 4)`, `REMOVEFROM (0 2:3)`. */
  hear(text: string): void {
    for (const [, what = "", set = ""] of text.matchAll(/(ADDTO|REMOVEFROM) \(0 ([\d:,]+)\)/g)) {
      for (const uid of numbersOf(set)) {
        judge(
          this.#uids.has(uid) === (what === "REMOVEFROM"),
          () => `${text}: UID ${uid} was ${what === "ADDTO" ? "" : "not "}found before`,
        );
        if (what === "ADDTO") this.#uids.add(uid);
        else this.#uids.delete(uid);
      }
    }
  }

  isRightAt(mailbox: Mailbox, at: number): boolean {
    return setOf(this.#sorted) === setOf(this.#matchesAt(mailbox, at));
  }

  describe(mailbox: Mailbox, at: number): string {
    return `by ${this.#key.words} UIDs ${setOf(this.#sorted)} are told as found; there are ${setOf(this.#matchesAt(mailbox, at))}`;
  }

  get #sorted(): number[] {
    return [...this.#uids].sort((a, b) => a - b);
  }

  #matchesAt(mailbox: Mailbox, at: number): number[] {
    return mailbox.at(at).flatMap((message) => {
      const version = message.versions[message.versionIndex(at)];
      return version !== undefined && this.#key.matches(message, version) ? [message.uid] : [];
    });
  }
}
