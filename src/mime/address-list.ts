// Address lists (RFC 5322 3.4 with the obsolete forms of 4.4) as the flat list that ENVELOPE shows (RFC 9051 7.5.2):
// a group is a start, its members and an end. Lenient: an address with faults is still an address, with what is missing
// spelled out as Dovecot does. Reads each octet a bounded number of times, and nothing recursively.

import { headerAddressesMax } from "../base/limits.ts";
import { HeaderScanner, isAtext } from "./header-scanner.ts";

export interface MailboxAddress {
  readonly kind: "mailbox";
  /** The display name, or the comment that stands for it in the old form; undecoded. */
  readonly name: string | null;
  /** The source route of RFC 5322 4.4. */
  readonly route: string | null;
  readonly mailbox: string;
  readonly host: string;
}

export interface GroupStart {
  readonly kind: "group-start";
  readonly name: string;
}

export interface GroupEnd {
  readonly kind: "group-end";
}

export type Address = MailboxAddress | GroupStart | GroupEnd;

/** What stands for an absent part. RFC 9051 7.5.2 gives NIL there a meaning (group syntax), so it cannot be NIL. */
export const missingMailbox = "MISSING_MAILBOX";
export const missingHost = "MISSING_DOMAIN";
const syntaxError = "SYNTAX_ERROR";
const invalidRoute = "INVALID_ROUTE";

const groupEnd: GroupEnd = { kind: "group-end" };
const quote = 34;
const comma = 44;
const dot = 46;
const colon = 58;
const semicolon = 59;
const lessThan = 60;
const greaterThan = 62;
const at = 64;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;

/** How reading one piece went: more text follows, the text ended with it, or it is broken. */
type Outcome = "more" | "end" | "broken";

/** The addresses in the value of one field (an octet string, unfolded). */
export function parseAddressList(value: string): Address[] {
  const scanner = new HeaderScanner(value);
  const list: Address[] = [];
  while (list.length < headerAddressesMax) {
    const outcome = skip(scanner);
    if (outcome === "end" || (outcome === "broken" && list.length === 0)) return list;
    // RFC 5322 4.4: lists "are allowed to have "null" members": two commas or more, or one at either end.
    if (outcome === "more" && scanner.skip(comma)) continue;
    if (outcome === "broken") list.push(new Draft().finish());
    if (outcome === "broken" || readAddress(scanner, list) === "end" || !scanner.skip(comma)) return list;
  }
  return list;
}

class Draft {
  name: string | null = null;
  route: string | null = null;
  mailbox: string | null = null;
  host: string | null = null;

  finish(): MailboxAddress {
    const { name, route, mailbox, host } = this;
    return { kind: "mailbox", name, route, mailbox: mailbox ?? missingMailbox, host: host ?? missingHost };
  }
}

function readAddress(scanner: HeaderScanner, list: Address[]): Outcome {
  const start = scanner.at;
  const name = readPhrase(scanner);
  if (name !== null && scanner.skip(colon)) return readGroup(scanner, name.text, list);
  scanner.at = start;
  return readMailbox(scanner, list);
}

/** group = display-name ":" [group-list] ";" [CFWS]; `name` and the colon are behind us. */
function readGroup(scanner: HeaderScanner, name: string, list: Address[]): Outcome {
  list.push({ kind: "group-start", name });
  let outcome = skip(scanner);
  if (outcome === "more" && scanner.peek() !== semicolon) {
    do {
      outcome = readMailbox(scanner, list);
    } while (outcome === "more" && scanner.skip(comma) && (outcome = skip(scanner)) === "more");
  }
  list.push(groupEnd);
  if (outcome === "more" && scanner.skip(semicolon)) outcome = skip(scanner);
  return outcome === "end" || scanner.atEnd ? "end" : "more";
}

/** mailbox = name-addr / addr-spec */
function readMailbox(scanner: HeaderScanner, list: Address[]): Outcome {
  const start = scanner.at;
  const draft = new Draft();
  const phrase = readPhrase(scanner);
  const phraseEnd = scanner.at;
  let outcome: Outcome;
  if (phrase !== null && scanner.skip(lessThan)) {
    draft.name = phrase.text === "" ? null : phrase.text;
    outcome = readAngleAddress(scanner, draft);
    if (outcome === "broken") {
      draft.host = syntaxError;
      outcome = scanner.atEnd ? "end" : "more";
    }
  } else {
    scanner.at = start;
    outcome = readAddrSpec(scanner, draft);
    if (draft.host === null && phrase?.isName === true) {
      // A name alone, which is no address; shown as what it is.
      draft.mailbox = null;
      draft.name = phrase.text;
      scanner.at = phraseEnd;
      outcome = scanner.atEnd ? "end" : "more";
    }
  }
  list.push(draft.finish());
  return outcome;
}

/** "<" [ route ":" ] local-part "@" domain ">"; the "<" is behind us. */
function readAngleAddress(scanner: HeaderScanner, draft: Draft): Outcome {
  let outcome = skip(scanner);
  if (outcome !== "more") return outcome;
  if (scanner.peek() === at) {
    draft.route = readRoute(scanner);
    if (draft.route === null || !scanner.skip(colon)) {
      draft.route = invalidRoute;
      return "broken";
    }
    outcome = skip(scanner);
    if (outcome !== "more") return outcome;
  }
  if (scanner.peek() === greaterThan) {
    // "<>": the null path, which bounces carry.
    scanner.at++;
    return skip(scanner);
  }
  outcome = readLocalPart(scanner, draft);
  if (outcome === "more" && scanner.peek() === at) outcome = readDomain(scanner, draft);
  if (outcome !== "more") return outcome;
  return scanner.skip(greaterThan) ? skip(scanner) : "broken";
}

function readAddrSpec(scanner: HeaderScanner, draft: Draft): Outcome {
  scanner.comment = "";
  let outcome = readLocalPart(scanner, draft);
  if (outcome !== "end" && scanner.peek() === at) {
    const domain = readDomain(scanner, draft);
    if (domain !== "more") outcome = domain;
  }
  // RFC 822's habit, still written: jo@example.org (Jo Doe)
  if (scanner.comment !== "") draft.name = scanner.comment;
  return outcome;
}

/** obs-domain-list = "@" domain *("," "@" domain); null when it is broken. */
function readRoute(scanner: HeaderScanner): string | null {
  let route = "";
  while (scanner.peek() === at) {
    const domain = new Draft();
    if (readDomain(scanner, domain) !== "more") return null;
    route += `${route === "" ? "" : ","}@${domain.host ?? ""}`;
    while (scanner.skip(comma)) if (skip(scanner) !== "more") return null;
  }
  return route;
}

function readLocalPart(scanner: HeaderScanner, draft: Draft): Outcome {
  if (scanner.peek() !== quote) return readDotAtom(scanner, (text) => (draft.mailbox = text));
  const value = scanner.quotedString();
  if (value === null) return "broken";
  draft.mailbox = value;
  return skip(scanner);
}

function readDomain(scanner: HeaderScanner, draft: Draft): Outcome {
  scanner.at++;
  if (skip(scanner) !== "more") return "broken";
  if (scanner.peek() !== openBracket) {
    const outcome = readDotAtom(scanner, (text) => (draft.host = text));
    // What ends in a dot was cut off: no domain that mail can reach.
    if (draft.host?.endsWith(".") === true) draft.host = null;
    return outcome;
  }
  const start = scanner.at;
  for (let code = scanner.peek(); code !== -1; code = scanner.peek()) {
    scanner.at += code === backslash ? 2 : 1;
    if (code !== closeBracket) continue;
    draft.host = scanner.text.slice(start, scanner.at);
    return skip(scanner);
  }
  return "broken";
}

/** dot-atom, with the white space and comments around dots that RFC 5322 4.4 allows. */
function readDotAtom(scanner: HeaderScanner, take: (text: string) => void): Outcome {
  if (!isAtext(scanner.peek()) && scanner.peek() !== dot) return "broken";
  let text = "";
  for (;;) {
    text += scanner.atom() ?? "";
    const outcome = skip(scanner);
    if (outcome === "more" && scanner.skip(dot)) {
      text += ".";
      if (skip(scanner) === "more") continue;
    }
    take(text);
    return scanner.atEnd && outcome !== "broken" ? "end" : outcome;
  }
}

interface Phrase {
  readonly text: string;
  /** More than one atom: it can be no local part. */
  readonly isName: boolean;
}

/** phrase = 1*word / obs-phrase, words joined by one space; null when none stands here or it is cut off. */
function readPhrase(scanner: HeaderScanner): Phrase | null {
  if (scanner.peek() === dot) return null;
  const words: string[] = [];
  let isName = false;
  for (;;) {
    const quoted = scanner.peek() === quote;
    const word = quoted ? scanner.quotedString() : scanner.atomsAndDots();
    if (word === null || !scanner.skipCfws()) return null;
    words.push(word);
    isName ||= quoted || words.length > 1;
    const next = scanner.peek();
    if (next !== quote && next !== dot && !isAtext(next)) return { text: words.join(" "), isName };
  }
}

function skip(scanner: HeaderScanner): Outcome {
  if (!scanner.skipCfws()) return "broken";
  return scanner.atEnd ? "end" : "more";
}
