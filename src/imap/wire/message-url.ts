// URLs of messages and their parts in the client's own account (RFC 5092 6 and 7): `/mailbox;UIDVALIDITY=n/;UID=n/;SECTION=s/
// ;PARTIAL=o.n`, relative to the server (RFC 4469 3: "only relative IMAP message or message part URLs"), or to the selected
// mailbox.

import { utf8 } from "../../base/bytes.ts";
import { type MailboxName, parentName, parseMailboxName } from "../../model/mailbox-name.ts";
import { ArgumentReader } from "./argument-reader.ts";
import { type Partial, readSection, type Section } from "./section.ts";
import { SyntaxFault } from "./syntax-fault.ts";

export interface MessageUrl {
  readonly mailbox: MailboxName;
  readonly uidValidity: number | null;
  readonly uid: number;
  readonly section: Section;
  /** RFC 5092 5: from an octet on, so many or all that follow. */
  readonly partial: Partial | null;
}

const form =
  /^(.*?)(?:;UIDVALIDITY=([1-9]\d{0,9}))?\/;UID=([1-9]\d{0,9})(?:\/;SECTION=([^/]+))?(?:\/;PARTIAL=(\d{1,15})(?:\.([1-9]\d{0,14}))?)?$/is;

/** null for what is no such URL. `base` is the selected mailbox, or null. */
export function parseMessageUrl(text: string, base: MailboxName | null): MessageUrl | null {
  const match = form.exec(text.startsWith(";") ? `/${text}` : text);
  if (match === null) return null;
  const [, path = "", uidValidity, uid, encoded = "", offset, length] = match;
  const mailbox = text.startsWith(";") ? base : mailboxAt(path, base);
  const section = sectionOf(encoded);
  if (mailbox === null || section === null) return null;
  return {
    mailbox,
    uidValidity: uidValidity === undefined ? null : Number(uidValidity),
    uid: Number(uid),
    section,
    partial:
      offset === undefined
        ? null
        : { offset: Number(offset), length: length === undefined ? Number.MAX_SAFE_INTEGER : Number(length) },
  };
}

function mailboxAt(path: string, base: MailboxName | null): MailboxName | null {
  // A scheme, or another server.
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(path)) return null;
  const name = decoded(path.startsWith("/") ? path.slice(1) : path);
  if (name === null) return null;
  // RFC 3986 5.2.3: what is relative takes the place of the base's last level.
  const above = path.startsWith("/") || base === null ? undefined : parentName(base);
  const parsed = parseMailboxName(above === undefined ? name : `${above}/${name}`);
  return "fault" in parsed ? null : parsed.name;
}

function sectionOf(encoded: string): Section | null {
  const text = decoded(encoded);
  if (text === null) return null;
  const args = new ArgumentReader(utf8(`[${text}]`));
  try {
    const section = readSection(args);
    args.end();
    return section;
  } catch (error) {
    if (error instanceof SyntaxFault) return null;
    throw error;
  }
}

/** RFC 5092 11: percent-encoded UTF-8. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
