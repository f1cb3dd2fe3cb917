// The namespaces (RFC 2342, RFC 9051 6.3.10): one's own mailboxes without a prefix, those of other users, and those of accounts
// that are nobody's own; and what the prefixes are called in the language that the session speaks (RFC 5255 3.4).

import { otherUsersRoot, sharedRoot } from "../mailbox/sharing/foreign-names.ts";
import { hierarchySeparator } from "../model/mailbox-name.ts";
import type { SpokenLanguage } from "./language/speech.ts";
import { writeNamespace } from "./wire/status-response.ts";
import type { Writer } from "./wire/writer.ts";

/** By root; what is not here is called as it is. */
const translations: Readonly<Partial<Record<SpokenLanguage, ReadonlyMap<string, string>>>> = {
  bn: new Map([
    [otherUsersRoot, "অন্যদের ডাকবাক্স"],
    [sharedRoot, "যৌথ ডাকবাক্স"],
  ]),
};

export function tellNamespaces(to: Writer): void {
  const below = (root: string) => {
    const translation = translations[to.language]?.get(root);
    return {
      prefix: root + hierarchySeparator,
      translation: translation === undefined ? null : translation + hierarchySeparator,
    };
  };
  writeNamespace(to, [[{ prefix: "", translation: null }], [below(otherUsersRoot)], [below(sharedRoot)]]);
}
