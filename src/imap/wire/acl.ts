// Access control lists on the wire (RFC 4314 3 and 7): the arguments of SETACL, DELETEACL, GETACL, LISTRIGHTS and MYRIGHTS, and the
// responses ACL, LISTRIGHTS and MYRIGHTS.

import type { AclChange } from "../../model/acl.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { lettersOf, parseRights, type Rights, withVirtualRights } from "../../model/rights.ts";
import { saslprep } from "../../sasl/saslprep.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readMailbox } from "./mailbox-argument.ts";
import { SyntaxFault } from "./syntax-fault.ts";
import type { Writer } from "./writer.ts";

export interface IdentifierArgs {
  readonly mailbox: MailboxName;
  /** Prepared. */
  readonly identifier: string;
  /** As the client spells it. */
  readonly spelling: string;
}

export interface SetAclArgs extends IdentifierArgs {
  readonly how: AclChange["how"];
  readonly rights: Rights;
}

/** `mailbox SP identifier`, and nothing behind it. */
export function readIdentified(args: ArgumentReader): IdentifierArgs {
  const read = readBoth(args);
  args.end();
  return read;
}

/** `mailbox SP identifier SP mod-rights`. */
export function readSetAcl(args: ArgumentReader): SetAclArgs {
  const read = readBoth(args);
  args.space();
  const text = args.astring();
  args.end();
  const how = text.startsWith("+") ? "add" : text.startsWith("-") ? "remove" : "replace";
  const rights = parseRights(how === "replace" ? text : text.slice(1));
  // RFC 4314 3.1: "an unrecognized right MUST cause the command to return the BAD response".
  if (rights === undefined) throw new SyntaxFault("No such right");
  return { ...read, how, rights };
}

function readBoth(args: ArgumentReader): IdentifierArgs {
  const mailbox = readMailbox(args);
  args.space();
  const spelling = args.astring();
  // RFC 4314 3: where the preparation "fails or results in an empty string, the server MUST refuse ... with a BAD response".
  const identifier = saslprep(spelling);
  if (identifier === undefined || identifier.replace(/^-/, "") === "")
    throw new SyntaxFault("Not a possible identifier");
  return { mailbox, identifier, spelling };
}

/** `* ACL INBOX asha@example.org lrs`. */
export function writeAcl(
  to: Writer,
  mailbox: MailboxName,
  rules: readonly { readonly identifier: string; readonly rights: Rights }[],
): void {
  to.ascii("* ACL ");
  to.mailbox(mailbox);
  for (const { identifier, rights } of rules) {
    to.space();
    to.astring(identifier);
    to.space();
    to.astring(withVirtualRights(rights));
  }
  to.crlf();
}

/** `* LISTRIGHTS INBOX asha@example.org "" l r s w i p k x t e a c d`: each right by itself (RFC 4314 3.7). */
export function writeListRights(
  to: Writer,
  { mailbox, spelling }: Pick<IdentifierArgs, "mailbox" | "spelling">,
  { required, optional }: { readonly required: Rights; readonly optional: Rights },
): void {
  to.ascii("* LISTRIGHTS ");
  to.mailbox(mailbox);
  to.space();
  // RFC 4314 3.4: it "MUST always return the same form of an identifier as specified by the client".
  to.astring(spelling);
  to.space();
  to.astring(withVirtualRights(required));
  const virtual = withVirtualRights(optional).slice(optional.length);
  for (const letter of [...lettersOf(optional), ...virtual.split("")]) to.ascii(` ${letter}`);
  to.crlf();
}

/** `* MYRIGHTS INBOX lrs`. */
export function writeMyRights(to: Writer, mailbox: MailboxName, rights: Rights): void {
  to.ascii("* MYRIGHTS ");
  to.mailbox(mailbox);
  to.space();
  to.astring(withVirtualRights(rights));
  to.crlf();
}
