// Which names LIST and LSUB answer with, and how (RFC 9051 6.3.9, RFC 5258 3 and 4, RFC 6154 2; RFC 3501 6.3.9).
//
// Liberty: \HasChildren or \HasNoChildren and the special use stand with every name, asked for or not (RFC 3348 3,
// RFC 6154 2), and a name whose mailbox was deleted is \Noselect.

import type { Mailbox } from "../model/mailbox.ts";
import { type MailboxName, mailboxName, parentName } from "../model/mailbox-name.ts";
import type { ListArgs, ListSelection } from "./wire/list-args.ts";
import { listPattern } from "./wire/list-pattern.ts";
import type { ListItem } from "./wire/list-response.ts";
import { specialUseOf } from "./wire/special-use.ts";

export interface ListedName {
  readonly item: ListItem;
  /** Undefined for a name that is only subscribed. */
  readonly mailbox: Mailbox | undefined;
}

/** `orphans` are subscribed names without a mailbox. */
export function* listedNames(
  { select, reference, patterns, returns }: ListArgs,
  mailboxes: readonly Mailbox[],
  orphans: readonly MailboxName[],
): Generator<ListedName> {
  const compiled = patterns.map((pattern) => listPattern(reference, pattern));
  const isListed = (name: string): boolean => compiled.some((matches) => matches(name));
  const tests = selectionTests(select);
  const parents = ancestorsOf(mailboxes.map(({ name }) => name));
  const selected = (mailbox: Mailbox): boolean => tests.every(([, test]) => test(mailbox));
  // RFC 5258 3.1: RECURSIVEMATCH: "return information about parent mailboxes that don't match other selection options,
  // but have some submailboxes that do".
  const above = select.has("RECURSIVEMATCH")
    ? ancestorsOf([...mailboxes.filter(selected).map(({ name }) => name), ...orphans])
    : new Set<string>();
  const childInfo = tests.map(([option]) => option);

  for (const mailbox of mailboxes) {
    const { name } = mailbox;
    if (!isListed(name) || (!selected(mailbox) && !above.has(name))) continue;
    const attributes = attributesOf(mailbox, parents);
    if (returns.has("SUBSCRIBED") && mailbox.subscribed) attributes.push("\\Subscribed");
    yield { item: above.has(name) ? { attributes, name, childInfo } : { attributes, name }, mailbox };
  }
  for (const name of levelsAbove(mailboxes, parents)) {
    // RFC 9051 6.3.9: for a pattern that ends with "%", "matching levels of hierarchy are also returned".
    const isAsked = tests.length === 0 && compiled.some((matches, at) => patterns[at]?.endsWith("%") && matches(name));
    if (!isAsked && !(above.has(name) && isListed(name))) continue;
    // RFC 5258 3: \NonExistent implies \Noselect, which clients of RFC 3501 know.
    const attributes = ["\\Noselect", "\\NonExistent", "\\HasChildren"];
    yield { item: above.has(name) ? { attributes, name, childInfo } : { attributes, name }, mailbox: undefined };
  }
  if (select.has("SPECIAL-USE")) return;
  for (const name of orphans) {
    // RFC 5258 3: a subscribed name without a mailbox is listed as \NonExistent.
    if (isListed(name)) yield { item: { attributes: ["\\NonExistent", "\\Subscribed"], name }, mailbox: undefined };
  }
}

/**
 * Names above mailboxes of others that are none themselves: the roots of the namespaces, the people, and what lies above a mailbox
 * that may be seen without its parent (RFC 4314 4). Above one's own there is always a mailbox.
 */
function* levelsAbove(mailboxes: readonly Mailbox[], parents: ReadonlySet<string>): Generator<MailboxName> {
  if (mailboxes.every(({ owner }) => owner === null)) return;
  const names = new Set<string>(mailboxes.map(({ name }) => name));
  for (const parent of parents) if (!names.has(parent)) yield mailboxName(parent);
}

/** All but \Subscribed. `parents` are the names that have others below them. */
export function attributesOf(mailbox: Mailbox, parents: ReadonlySet<string>): string[] {
  const attributes = [parents.has(mailbox.name) ? "\\HasChildren" : "\\HasNoChildren"];
  if (!mailbox.selectable) attributes.unshift("\\Noselect");
  const use = specialUse(mailbox);
  if (use !== null) attributes.push(use);
  return attributes;
}

/** Names of LSUB with their attributes. */
export function* lsubNames(
  subscribed: ReadonlySet<MailboxName>,
  reference: string,
  pattern: string,
): Generator<readonly [MailboxName, readonly string[]]> {
  const matches = listPattern(reference, pattern);
  const told = new Set<MailboxName>();
  for (const name of subscribed) {
    if (matches(name)) {
      yield [name, []];
      continue;
    }
    // RFC 3501 6.3.9: "LSUB "" % ... if "foo/bar" is subscribed, but "foo" is not ... the "\Noselect" name attribute".
    for (let above = parentName(name); above !== undefined; above = parentName(above)) {
      if (!matches(above) || subscribed.has(above) || told.has(above)) continue;
      told.add(above);
      yield [above, ["\\Noselect"]];
    }
  }
}

function selectionTests(
  select: ReadonlySet<ListSelection>,
): (readonly [ListSelection, (mailbox: Mailbox) => boolean])[] {
  const tests: (readonly [ListSelection, (mailbox: Mailbox) => boolean])[] = [];
  if (select.has("SUBSCRIBED")) tests.push(["SUBSCRIBED", (mailbox) => mailbox.subscribed]);
  if (select.has("SPECIAL-USE")) tests.push(["SPECIAL-USE", (mailbox) => specialUse(mailbox) !== null]);
  return tests;
}

/** Notes has no registered attribute; programs find it by its name. */
function specialUse({ role }: Mailbox): string | null {
  return role === "notes" ? null : specialUseOf(role);
}

export function ancestorsOf(names: readonly string[]): ReadonlySet<string> {
  const ancestors = new Set<string>();
  for (const name of names)
    for (let cut = name.lastIndexOf("/"); cut > 0; cut = name.lastIndexOf("/", cut - 1)) {
      const above = name.slice(0, cut);
      if (ancestors.has(above)) break;
      ancestors.add(above);
    }
  return ancestors;
}
