// Access control lists (RFC 4314 2): who may do what in a mailbox. The owner is in none: he has every right, whatever
// they say, and so cannot lock himself out.

import type { AccountId } from "./ids.ts";
import { difference, noRights, type Rights, union } from "./rights.ts";

/** "anyone" is everyone of the owner's own domain: tenants of one server do not know of each other. */
export type AclSubject = AccountId | "anyone";

export interface AclEntry {
  readonly subject: AclSubject;
  /** RFC 4314 2: a "negative right" takes away what other entries give. */
  readonly sign: "grants" | "denies";
  readonly rights: Rights;
}

/** As a rule is changed (RFC 4314 3.1); nothing is left of an entry without rights. */
export interface AclChange {
  readonly subject: AclSubject;
  readonly sign: AclEntry["sign"];
  readonly how: "replace" | "add" | "remove";
  readonly rights: Rights;
}

/** Whether a person is one of those that "anyone" means. */
export type Kinship = "same-domain" | "other-domain";

/** What a person who is not the owner may do: what all entries for him grant together, less what any of them denies. */
export function rightsUnder(acl: readonly AclEntry[], person: AccountId, kinship: Kinship): Rights {
  let granted = noRights;
  let denied = noRights;
  for (const { subject, sign, rights } of acl) {
    if (subject === "anyone" ? kinship === "other-domain" : subject !== person) continue;
    if (sign === "grants") granted = union(granted, rights);
    else denied = union(denied, rights);
  }
  return denied === noRights ? granted : difference(granted, denied);
}
