// Mailbox names inside the server: NFC Unicode with "/" between levels (RFC 9051 5.1). Wire encodings stay on the wire.

import type { Brand } from "../base/brand.ts";
import { utf8 } from "../base/bytes.ts";
import { mailboxDepthMax, mailboxNameBytesMax } from "../base/limits.ts";

/** A full path such as `INBOX` or `কাজ/চিঠি`: NFC, valid, INBOX in capitals. Made by `parseMailboxName` only. */
export type MailboxName = Brand<string, "MailboxName">;

export const hierarchySeparator = "/";

/** Why a text is no mailbox name; public, in the words a person is told. */
export type NameFault =
  | "empty"
  | "too-long"
  | "too-deep"
  | "empty-level"
  | "control-character"
  | "wildcard"
  | "not-unicode";

export type ParsedName = { readonly name: MailboxName } | { readonly fault: NameFault };

// Controls, and the characters that reorder or hide text and so let one name pass for another: C0, DEL, C1, LS, PS, bidi controls, BOM.
const forbidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Reads a name as a client sent it, once decoded. A trailing separator (RFC 9051 6.3.4) is dropped. */
export function parseMailboxName(text: string): ParsedName {
  if (!text.isWellFormed()) return { fault: "not-unicode" };
  // RFC 9051 5.1: names SHOULD be net-unicode (RFC 5198), which is NFC.
  let name = text.normalize("NFC");
  if (name.endsWith(hierarchySeparator)) name = name.slice(0, -1);
  if (name === "") return { fault: "empty" };
  if (forbidden.test(name)) return { fault: "control-character" };
  // Such a name could never be told apart in LIST.
  if (/[%*]/.test(name)) return { fault: "wildcard" };
  if (utf8(name).length > mailboxNameBytesMax) return { fault: "too-long" };
  const levels = name.split(hierarchySeparator);
  if (levels.length > mailboxDepthMax) return { fault: "too-deep" };
  if (levels.some((level) => level === "")) return { fault: "empty-level" };
  // RFC 9051 5.1: INBOX in any case is the one INBOX; below it the first level is spelled so too.
  if (levels[0]?.toUpperCase() === "INBOX" && /^inbox$/i.test(levels[0])) levels[0] = "INBOX";
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return { name: levels.join(hierarchySeparator) as MailboxName };
}

/** For names that the program itself writes down. Throws RangeError when it is none. */
export function mailboxName(text: string): MailboxName {
  const parsed = parseMailboxName(text);
  if ("fault" in parsed) throw new RangeError(`not a mailbox name: ${parsed.fault}`);
  return parsed.name;
}

export const inboxName: MailboxName = mailboxName("INBOX");

/** The name one level up, or undefined at the top. */
export function parentName(name: MailboxName): MailboxName | undefined {
  const cut = name.lastIndexOf(hierarchySeparator);
  return cut < 0 ? undefined : mailboxName(name.slice(0, cut));
}

/** True when `name` lies anywhere below `ancestor`. */
export function isBelow(name: string, ancestor: string): boolean {
  return name.startsWith(ancestor + hierarchySeparator);
}
