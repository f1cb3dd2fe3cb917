// mailbox (RFC 9051 9): the name of a mailbox as an argument, read into the one form that is used inside the server.

import type { MailboxName, NameFault } from "../../model/mailbox-name.ts";
import { parseMailboxName } from "../../model/mailbox-name.ts";
import { type ProblemRefusal, refuse } from "../../model/problem.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { decodeName } from "./mailbox-codec.ts";

/** Throws mailbox-name-invalid for what can be the name of no mailbox: it is well-formed, so NO is the answer, not BAD. */
export function readMailbox(args: ArgumentReader): MailboxName {
  return nameOf(args.astring(), args);
}

/** RFC 5464 4.2: an empty name is the server itself, null here. */
export function readMailboxOrServer(args: ArgumentReader): MailboxName | null {
  const text = args.astring();
  return text === "" ? null : nameOf(text, args);
}

function nameOf(wire: string, { names }: ArgumentReader): MailboxName {
  const text = decodeName(wire, names);
  if (text === null) throw invalidName("not-unicode");
  const parsed = parseMailboxName(text);
  if ("fault" in parsed) throw invalidName(parsed.fault);
  return parsed.name;
}

/** CREATE, DELETE, SUBSCRIBE and the like: one name, and nothing behind it. */
export function readOnlyMailbox(args: ArgumentReader): MailboxName {
  const name = readMailbox(args);
  args.end();
  return name;
}

/** RENAME (RFC 9051 6.3.6): `mailbox SP mailbox`. */
export function readRename(args: ArgumentReader): { readonly from: MailboxName; readonly to: MailboxName } {
  const from = readMailbox(args);
  args.space();
  return { from, to: readOnlyMailbox(args) };
}

function invalidName(fault: NameFault): ProblemRefusal {
  return refuse({ kind: "mailbox-name-invalid", fault });
}
