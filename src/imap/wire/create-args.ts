// CREATE (RFC 9051 6.3.4) with the special use of RFC 6154 3: `mailbox [SP "(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"]`.

import type { MailboxName } from "../../model/mailbox-name.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readMailbox } from "./mailbox-argument.ts";
import { octet } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";

export interface CreateArgs {
  readonly mailbox: MailboxName;
  /** Special-use attributes as spelled, such as `\Sent`; none when the client named none. */
  readonly use: readonly string[];
}

export function readCreate(args: ArgumentReader): CreateArgs {
  const mailbox = readMailbox(args);
  let use: readonly string[] = [];
  if (!args.atEnd) {
    args.space();
    if (args.peek() === octet.open) args.list(() => (use = readUse(args)));
  }
  args.end();
  return { mailbox, use };
}

function readUse(args: ArgumentReader): string[] {
  if (!args.takeWord("USE")) throw new SyntaxFault("Unknown CREATE parameter");
  args.space();
  return args.listOrEmpty(() => {
    args.expect(octet.backslash);
    return `\\${args.atom()}`;
  });
}
