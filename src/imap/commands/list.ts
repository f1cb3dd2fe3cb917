// LIST (RFC 9051 6.3.9) with the options of RFC 5258, RFC 5819, RFC 6154 and RFC 8440, and LSUB (RFC 3501 6.3.9).

import type { AccountMail } from "../../mailbox/mail.ts";
import type { MailboxId } from "../../model/ids.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { afterLogin, command, type LongReply } from "../command.ts";
import { ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { listedNames, lsubNames } from "../listed-names.ts";
import type { Authenticated, Selected } from "../session.ts";
import { specialUseEntry, specialUseValue } from "../special-use-entry.ts";
import { statusValues } from "../status-values.ts";
import { writeMyRights } from "../wire/acl.ts";
import { type ListArgs, type PatternArgs, readList, readPattern } from "../wire/list-args.ts";
import { writeList, writeLsub, writeSeparator } from "../wire/list-response.ts";
import { writeMetadata } from "../wire/metadata.ts";
import { writeStatus } from "../wire/status-response.ts";
import type { Writer } from "../wire/writer.ts";

export const list = command({
  name: "LIST",
  states: afterLogin,
  numbering: ["seq"],
  parse: readList,
  run: (session, args, { out }) => tellNames(session, args, out),
});

export const lsub = command({
  name: "LSUB",
  states: afterLogin,
  numbering: ["seq"],
  parse: readPattern,
  run: ({ mail }, args, { out }) => tellSubscribed(mail, args, out),
});

async function* tellNames(session: Authenticated | Selected, args: ListArgs, out: Writer): LongReply {
  // RFC 9051 6.3.9: "An empty ("" string) mailbox name argument is a special request to return the hierarchy delimiter".
  if (args.form === "basic" && args.patterns[0] === "") {
    writeSeparator(out, "LIST");
    return ok("LIST completed");
  }
  // RFC 7162 3.1: as in STATUS.
  if (args.status?.includes("HIGHESTMODSEQ") === true) enableCondstore(session, out);
  const mailboxes = await session.mail.list();
  const orphans = args.select.has("SUBSCRIBED") ? await session.mail.orphanSubscriptions() : [];
  // RFC 9590 3: a METADATA response for each mailbox that is listed, NIL for what it does not have.
  const metadata: [string, ReadonlyMap<MailboxId, Uint8Array> | null][] = [];
  for (const { name, spelling } of args.metadata ?? [])
    metadata.push([spelling, name === specialUseEntry ? null : await session.mail.metadataOfMailboxes(name)]);
  for (const { item, mailbox } of listedNames(args, mailboxes, orphans)) {
    writeList(out, item);
    // RFC 8440 3: a MYRIGHTS response for each mailbox that is listed.
    if (args.returns.has("MYRIGHTS") && mailbox !== undefined) writeMyRights(out, mailbox.name, mailbox.rights);
    // RFC 5819 2: a STATUS response for each name that can be selected.
    if (args.status !== null && mailbox?.selectable === true)
      writeStatus(out, mailbox.name, statusValues(session, mailbox, args.status));
    if (mailbox !== undefined && metadata.length > 0)
      writeMetadata(
        out,
        mailbox.name,
        metadata.map(([spelling, values]) => [
          spelling,
          values === null ? specialUseValue(mailbox) : (values.get(mailbox.id) ?? null),
        ]),
      );
    yield "more";
  }
  return ok("LIST completed");
}

async function* tellSubscribed(mail: AccountMail, { reference, pattern }: PatternArgs, out: Writer): LongReply {
  if (pattern === "") {
    writeSeparator(out, "LSUB");
    return ok("LSUB completed");
  }
  const subscribed = (await mail.list()).filter((mailbox) => mailbox.subscribed).map(({ name }) => name);
  const names = new Set<MailboxName>([...subscribed, ...(await mail.orphanSubscriptions())]);
  for (const [name, attributes] of lsubNames(names, reference, pattern)) {
    writeLsub(out, attributes, name);
    yield "more";
  }
  return ok("LSUB completed");
}
