// Which mailboxes a command is about: filter-mailboxes of NOTIFY (RFC 5465 6 and 8), to which ESEARCH adds subtree-one
// (RFC 7377 2.2). What a specifier means is in src/imap/filtered-mailboxes.ts.
//
// Liberties: "" stands for the top of the hierarchy. Text that can be the name of no mailbox, wildcards among it, names none (RFC
// 5465 6.6: "The server MUST NOT do a wildcard expansion").

import { type MailboxName, parseMailboxName } from "../../model/mailbox-name.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { decodeName } from "./mailbox-codec.ts";
import { octet } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const plainSpecifiers = ["SELECTED", "SELECTED-DELAYED", "INBOXES", "PERSONAL", "SUBSCRIBED"] as const;
const namedSpecifiers = ["SUBTREE", "SUBTREE-ONE", "MAILBOXES"] as const;

export type NamedSpecifier = (typeof namedSpecifiers)[number];
export type MailboxSpecifier = (typeof plainSpecifiers)[number] | NamedSpecifier;

export type MailboxFilter =
  | { readonly specifier: Exclude<MailboxSpecifier, NamedSpecifier> }
  /** null among the names is the top of the hierarchy. */
  | { readonly specifier: NamedSpecifier; readonly names: readonly (MailboxName | null)[] };

/** `filter-mailboxes`, of which the command at hand has only some: NOTIFY has no SUBTREE-ONE, ESEARCH no SELECTED-DELAYED. */
export function readMailboxFilter(args: ArgumentReader, without: MailboxSpecifier): MailboxFilter {
  const word = args.word();
  const is = (specifier: MailboxSpecifier): boolean => specifier === word && specifier !== without;
  const plain = plainSpecifiers.find(is);
  if (plain !== undefined) return { specifier: plain };
  const named = namedSpecifiers.find(is);
  if (named === undefined) throw new SyntaxFault("Unknown mailbox specifier");
  args.space();
  return { specifier: named, names: readNames(args) };
}

/** `one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")"`. */
function readNames(args: ArgumentReader): (MailboxName | null)[] {
  const texts = args.peek() === octet.open ? args.list(() => args.astring()) : [args.astring()];
  const names: (MailboxName | null)[] = [];
  for (const text of texts) {
    if (text === "") names.push(null);
    else {
      const decoded = decodeName(text, args.names);
      const parsed = decoded === null ? null : parseMailboxName(decoded);
      if (parsed !== null && "name" in parsed) names.push(parsed.name);
    }
  }
  return names;
}
