// XLIST, Gmail's forerunner of SPECIAL-USE (RFC 6154), for phones that were sold before it. LIST in its oldest form (RFC 3501
// 6.3.8), told in Gmail's words: \Inbox whatever the client's language, \Spam for \Junk. No document says more of it.

import type { MailboxRole } from "../../model/mailbox.ts";
import { afterLogin, command, type LongReply } from "../command.ts";
import { ok } from "../completion.ts";
import { listedNames } from "../listed-names.ts";
import type { Authenticated, Selected } from "../session.ts";
import { type PatternArgs, readPattern } from "../wire/list-args.ts";
import { writeSeparator, writeXlist } from "../wire/list-response.ts";
import type { Writer } from "../wire/writer.ts";

/** Gmail has no word for an archive: its \AllMail holds what is in other mailboxes too. */
const attributeOf: Readonly<Record<MailboxRole, string | null>> = {
  inbox: "\\Inbox",
  drafts: "\\Drafts",
  sent: "\\Sent",
  junk: "\\Spam",
  trash: "\\Trash",
  archive: null,
  notes: null,
};

export const xlist = command({
  name: "XLIST",
  states: afterLogin,
  numbering: ["seq"],
  parse: readPattern,
  run: (session, args, { out }) => tellNames(session, args, out),
});

async function* tellNames(
  { mail }: Authenticated | Selected,
  { reference, pattern }: PatternArgs,
  out: Writer,
): LongReply {
  if (pattern === "") {
    writeSeparator(out, "XLIST");
    return ok("XLIST completed");
  }
  const plain = {
    select: new Set<never>(),
    returns: new Set<never>(),
    form: "basic",
    status: null,
    metadata: null,
  } as const;
  const names = listedNames({ ...plain, reference, patterns: [pattern] }, await mail.list(), []);
  for (const { item, mailbox } of names) {
    const role = mailbox?.role ?? null;
    const attribute = role === null ? null : attributeOf[role];
    const others = item.attributes.filter((name) => /^\\(?:Has|Nos)/.test(name));
    writeXlist(out, attribute === null ? others : [...others, attribute], item.name);
    yield "more";
  }
  return ok("XLIST completed");
}
