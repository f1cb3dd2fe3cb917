// Status responses (RFC 9051 7.1), continuation requests (7.6), and what is one number or one list: EXISTS, EXPUNGE,
// RECENT, FLAGS, CAPABILITY, ENABLED, ID, NAMESPACE, STATUS, COMPARATOR, LANGUAGE.

import { type FlagSet, flagSet, systemFlags } from "../../model/flags.ts";
import { hierarchySeparator, type MailboxName } from "../../model/mailbox-name.ts";
import type { Sentence } from "../language/speech.ts";
import { encodeModifiedUtf7 } from "./mailbox-codec.ts";
import type { StatusItem } from "./status-items.ts";
import type { Writer } from "./writer.ts";

export interface StatusText {
  readonly status: "OK" | "NO" | "BAD" | "BYE" | "PREAUTH";
  /** Without its brackets. */
  readonly code: string | null;
  readonly text: Sentence;
}

/** `a1 OK [READ-WRITE] SELECT completed`; without a tag `* OK ...`. */
export function writeStatusText(to: Writer, tag: string | null, { status, code, text }: StatusText): void {
  to.ascii(tag ?? "*");
  to.space();
  to.ascii(status);
  to.space();
  if (code !== null) {
    to.ascii("[");
    to.text(code);
    to.ascii("] ");
  }
  to.say(text);
  to.crlf();
}

/** `+ text`: text for people. */
export function writeContinuation(to: Writer, text: Sentence): void {
  to.ascii("+ ");
  to.say(text);
  to.crlf();
}

/** `+ base64`, of AUTHENTICATE. The space stays even without any (RFC 9051 9: continue-req). */
export function writeChallenge(to: Writer, base64: string): void {
  to.ascii("+ ");
  to.ascii(base64);
  to.crlf();
}

/** RFC 5255 4.8: the active comparator, and all that match "if more than one match is found". */
export function writeComparator(to: Writer, active: string, matching: readonly string[]): void {
  to.ascii("* COMPARATOR ");
  to.astring(active);
  if (matching.length > 1) {
    to.space();
    to.open();
    for (const id of matching) {
      to.next();
      to.astring(id);
    }
    to.close();
  }
  to.crlf();
}

/** `* 23 EXISTS`. */
export function writeCount(to: Writer, count: number, what: "EXISTS" | "EXPUNGE" | "RECENT"): void {
  to.ascii("* ");
  to.number(count);
  to.space();
  to.ascii(what);
  to.crlf();
}

/** FLAGS (RFC 9051 7.3.5): the system flags, and the keywords in use. */
export function writeApplicableFlags(to: Writer, keywords: readonly string[]): void {
  to.ascii("* FLAGS ");
  to.flags(applicableFlags(keywords));
  to.crlf();
}

/** All system flags, and these keywords. */
export function applicableFlags(keywords: readonly string[]): FlagSet {
  return flagSet(
    Object.values(systemFlags).reduce((all, bit) => all | bit, 0),
    keywords,
  );
}

/** `* CAPABILITY IMAP4rev1 ...`, `* ENABLED ...`. */
export function writeWords(to: Writer, response: "CAPABILITY" | "ENABLED", words: readonly string[]): void {
  to.ascii("* ");
  to.ascii(response);
  for (const word of words) {
    to.space();
    to.ascii(word);
  }
  to.crlf();
}

/** ID (RFC 2971 3.2); NIL when there is nothing to tell. */
export function writeId(to: Writer, fields: ReadonlyMap<string, string | null>): void {
  to.ascii("* ID ");
  if (fields.size === 0) to.nil();
  else {
    to.open();
    for (const [field, value] of fields) {
      to.next();
      to.string(field);
      to.space();
      to.nstring(value);
    }
    to.close();
  }
  to.crlf();
}

/** RFC 5255 3.3: one is that which is spoken, several are those that could be. */
export function writeLanguages(to: Writer, tags: readonly string[]): void {
  to.ascii("* LANGUAGE ");
  to.open();
  for (const tag of tags) {
    to.next();
    to.astring(tag);
  }
  to.close();
  to.crlf();
}

export interface Namespace {
  readonly prefix: string;
  /** RFC 5255 3.4: what it is called in the language spoken; null where that is the prefix itself. */
  readonly translation: string | null;
}

type Namespaces = readonly Namespace[];

/** NAMESPACE (RFC 9051 7.3.2, RFC 2342): one's own, other users' and shared mailboxes; none is NIL. */
export function writeNamespace(to: Writer, namespaces: readonly [Namespaces, Namespaces, Namespaces]): void {
  to.ascii("* NAMESPACE");
  for (const some of namespaces) {
    to.space();
    if (some.length === 0) to.nil();
    else {
      to.open();
      for (const { prefix, translation } of some) {
        // RFC 9051 9: namespace = "(" 1*namespace-descr ")", with no space between two of them.
        to.ascii("(");
        to.string(prefix);
        to.ascii(` "${hierarchySeparator}"`);
        if (translation !== null) {
          to.ascii(' "TRANSLATION" (');
          to.string(to.names === "utf-8" ? translation : encodeModifiedUtf7(translation));
          to.ascii(")");
        }
        to.ascii(")");
      }
      to.close();
    }
  }
  to.crlf();
}

/** STATUS (RFC 9051 7.3.3). MAILBOXID is an object id (RFC 8474 4.3); a null APPENDLIMIT is NIL (RFC 7889 3). */
export function writeStatus(
  to: Writer,
  mailbox: MailboxName,
  values: readonly (readonly [StatusItem, number | string | null])[],
): void {
  to.ascii("* STATUS ");
  to.mailbox(mailbox);
  to.space();
  to.open();
  for (const [item, value] of values) {
    to.next();
    to.ascii(item);
    to.space();
    if (value === null) to.nil();
    else if (typeof value === "number") to.number(value);
    else {
      to.ascii("(");
      to.ascii(value);
      to.ascii(")");
    }
  }
  to.close();
  to.crlf();
}
