// LIST (RFC 9051 7.3.1, RFC 5258) and LSUB (RFC 3501 7.2.3).

import { hierarchySeparator, type MailboxName } from "../../model/mailbox-name.ts";
import type { ListSelection } from "./list-args.ts";
import type { Writer } from "./writer.ts";

type ListResponse = "LIST" | "LSUB" | "XLIST";

export interface ListItem {
  /** mbx-list-flags (RFC 9051 9), such as `\HasChildren`, and special uses (RFC 6154). */
  readonly attributes: readonly string[];
  readonly name: MailboxName;
  /** RFC 5258 3.5: selection options that something below the mailbox meets. */
  readonly childInfo?: readonly ListSelection[];
  /** RFC 9051 6.3.9.7: the name it had. */
  readonly oldName?: MailboxName;
}

/** `* LIST (\HasNoChildren) "/" INBOX`. */
export function writeList(to: Writer, item: ListItem): void {
  begin(to, "LIST", item.attributes);
  to.mailbox(item.name);
  const { childInfo = [], oldName } = item;
  if (childInfo.length > 0 || oldName !== undefined) {
    to.space();
    to.open();
    if (childInfo.length > 0) {
      to.next();
      // RFC 9051 9: childinfo-extended-item; the options are always quoted.
      to.ascii(`"CHILDINFO" (${childInfo.map((option) => `"${option}"`).join(" ")})`);
    }
    if (oldName !== undefined) {
      to.next();
      to.ascii('"OLDNAME" (');
      to.mailbox(oldName);
      to.ascii(")");
    }
    to.close();
  }
  to.crlf();
}

/** Gmail's. */
export function writeXlist(to: Writer, attributes: readonly string[], name: MailboxName): void {
  begin(to, "XLIST", attributes);
  to.mailbox(name);
  to.crlf();
}

export function writeLsub(to: Writer, attributes: readonly string[], name: MailboxName): void {
  begin(to, "LSUB", attributes);
  to.mailbox(name);
  to.crlf();
}

/** RFC 9051 6.3.9: an empty mailbox name asks for the hierarchy separator; the root of every name here is "". */
export function writeSeparator(to: Writer, response: ListResponse): void {
  begin(to, response, ["\\Noselect"]);
  to.ascii('""');
  to.crlf();
}

function begin(to: Writer, response: ListResponse, attributes: readonly string[]): void {
  to.ascii(`* ${response} (${attributes.join(" ")}) "${hierarchySeparator}" `);
}
