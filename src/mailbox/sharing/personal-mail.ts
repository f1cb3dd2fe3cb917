// A person's mail as adapters see it: the own account, and what others share with it (RFC 4314, RFC 2342).

import type { AclChange } from "../../model/acl.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import type { Quota } from "../../model/quota.ts";
import type { Rights } from "../../model/rights.ts";
import type { AccountMail } from "../mail.ts";

/** An entry of a list of rights as people write it: an address or "anyone", behind "-" where it takes rights away. */
export interface AclRule {
  readonly identifier: string;
  readonly rights: Rights;
}

export interface AclOrder extends AclRule {
  readonly how: AclChange["how"];
}

/** What an identifier can be given. */
export interface GrantableRights {
  /** What it always has. */
  readonly required: Rights;
  /** What else it can have, each right by itself. */
  readonly optional: Rights;
}

/** What the limits of an account are over: everything in it. */
export interface QuotaRoot {
  /** The primary address of somebody else's account; null for one's own. */
  readonly address: string | null;
  readonly quota: Quota;
}

export interface PersonalMail extends AccountMail {
  /** Throws mailbox-missing, no-permission. */
  acl(name: MailboxName): Promise<readonly AclRule[]>;
  /** On the disk, and in force in every session, when it resolves. Throws also subject-unknown, owner-has-all-rights, limit-reached. */
  changeAcl(name: MailboxName, order: AclOrder): Promise<void>;
  grantable(name: MailboxName, identifier: string): Promise<GrantableRights>;
  /** Throws mailbox-missing when one has none of the rights by which one may know of the mailbox. */
  myRights(name: MailboxName): Promise<Rights>;
  /** None for a name that has no mailbox in somebody else's account. */
  quotaRootsOf(name: MailboxName): Promise<readonly QuotaRoot[]>;
  /** Somebody else's, by primary address; undefined where this person may read nothing. */
  quotaRoot(address: string): Promise<QuotaRoot | undefined>;
}
