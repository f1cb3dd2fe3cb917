// Units of work on access control lists (RFC 4314). A change of a list is a change of its mailbox.

import { aclEntriesMax } from "../../base/limits.ts";
import type { AclChange, AclEntry, AclSubject } from "../../model/acl.ts";
import type { AccountId, MailboxId, ModSeq } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import { difference, noRights, type Rights, union } from "../../model/rights.ts";
import { logMailbox, nextModSeq } from "../change-log.ts";
import { all, maybe, one, run, sql, type Work } from "../sql.ts";

/** The lists of all mailboxes that have one. */
export function* readAcls(): Work<ReadonlyMap<MailboxId, readonly AclEntry[]>> {
  const rows = yield* all<{ mailbox: MailboxId; identifier: string; rights: Rights }>(
    sql`select mailbox, identifier, rights from acl order by mailbox, identifier`,
  );
  const acls = new Map<MailboxId, AclEntry[]>();
  for (const { mailbox, identifier, rights } of rows) {
    const acl = acls.get(mailbox) ?? [];
    acls.set(mailbox, acl);
    acl.push({ ...read(identifier), rights });
  }
  return acls;
}

/** Null when nothing changes by it. Throws mailbox-missing, limit-reached. */
export function* changeAcl(mailbox: MailboxId, { subject, sign, how, rights }: AclChange): Work<ModSeq | null> {
  if ((yield* maybe(sql`select id from mailbox where id = ${mailbox}`)) === undefined)
    throw refuse({ kind: "mailbox-missing" });
  const identifier = sign === "denies" ? `-${subject}` : subject;
  const row = yield* maybe<{ rights: Rights }>(
    sql`select rights from acl where mailbox = ${mailbox} and identifier = ${identifier}`,
  );
  const before = row?.rights ?? noRights;
  const after = how === "replace" ? rights : how === "add" ? union(before, rights) : difference(before, rights);
  if (after === before) return null;
  if (after === noRights) yield* run(sql`delete from acl where mailbox = ${mailbox} and identifier = ${identifier}`);
  else {
    const { entries } = yield* one<{ entries: number }>(
      sql`select count(*) as entries from acl where mailbox = ${mailbox}`,
    );
    if (before === noRights && entries >= aclEntriesMax)
      throw refuse({ kind: "limit-reached", what: "entries in the access control list of a mailbox" });
    yield* run(sql`insert into acl (mailbox, identifier, rights) values (${mailbox}, ${identifier}, ${after})
      on conflict do update set rights = excluded.rights`);
  }
  const modSeq = yield* nextModSeq();
  yield* touch(mailbox, modSeq);
  return modSeq;
}

/** Takes somebody out of all lists; the mailboxes that had him. */
export function* forgetSubject(account: AccountId): Work<{ mailboxes: readonly MailboxId[]; modSeq: ModSeq } | null> {
  const rows = yield* all<{ mailbox: MailboxId }>(
    sql`delete from acl where identifier in (${account}, ${`-${account}`}) returning mailbox`,
  );
  if (rows.length === 0) return null;
  const mailboxes = [...new Set(rows.map(({ mailbox }) => mailbox))];
  const modSeq = yield* nextModSeq();
  for (const mailbox of mailboxes) yield* touch(mailbox, modSeq);
  return { mailboxes, modSeq };
}

/** RFC 4314 4: a new mailbox "SHOULD inherit the ACL from the parent mailbox". */
export function* inheritAcl(mailbox: MailboxId, from: MailboxId): Work<void> {
  yield* run(
    sql`insert into acl (mailbox, identifier, rights) select ${mailbox}, identifier, rights from acl where mailbox = ${from}`,
  );
}

/** RFC 4314 4: "The DELETE command MUST delete the ACL associated with the deleted mailbox." */
export function* dropAcl(mailbox: MailboxId): Work<void> {
  yield* run(sql`delete from acl where mailbox = ${mailbox}`);
}

function* touch(mailbox: MailboxId, modSeq: ModSeq): Work<void> {
  yield* run(sql`update mailbox set mod_seq = ${modSeq} where id = ${mailbox}`);
  yield* logMailbox(mailbox, modSeq, "mailbox-changed");
}

function read(identifier: string): Omit<AclEntry, "rights"> {
  const subject = identifier.replace(/^-/, "");
  // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
  return { subject: subject as AclSubject, sign: subject === identifier ? "grants" : "denies" };
}
