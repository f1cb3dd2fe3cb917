// GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 9208 4.1). QUOTASET is announced to administrators alone, who see and set the limits of
// every account. Who may read a mailbox of another sees the other's limits. To others SETQUOTA, which clients of RFC 2087 may expect beside QUOTA, is NO with NOPERM, and the roots of
// other accounts are not there, whether or not there are such accounts.

import type { QuotaChange } from "../../model/quota.ts";
import type { AccountQuotas } from "../account-quotas.ts";
import { afterLogin, command } from "../command.ts";
import { no, ok } from "../completion.ts";
import {
  addressOfRoot,
  limitedResources,
  otherRoot,
  ownRoot,
  type QuotaRoot,
  quotaChange,
  rootOf,
} from "../quota-roots.ts";
import type { Authenticated, Selected } from "../session.ts";
import { readOnlyMailbox } from "../wire/mailbox-argument.ts";
import { readQuotaRoot, readSetQuota, writeQuota, writeQuotaRoots } from "../wire/quota.ts";

type Session = Authenticated | Selected;

export const getQuota = command({
  name: "GETQUOTA",
  states: afterLogin,
  numbering: ["seq"],
  parse: readQuotaRoot,
  async run(session, name, { out }) {
    const root = await find(session, name);
    const resources = root === null ? [] : limitedResources(root.quota);
    if (root === null || resources.length === 0) return no("No such quota root", "NONEXISTENT");
    writeQuota(out, root.name, resources);
    return ok("GETQUOTA completed");
  },
});

export const getQuotaRoot = command({
  name: "GETQUOTAROOT",
  states: afterLogin,
  numbering: ["seq"],
  // RFC 9208 4.1.2: "the mailbox name parameter doesn't have to reference an existing mailbox".
  parse: readOnlyMailbox,
  async run({ mail }, mailbox, { out }) {
    const roots = (await mail.quotaRootsOf(mailbox))
      .map(({ address, quota }) => ({ name: address === null ? ownRoot : otherRoot(address), quota }))
      .map(({ name, quota }) => ({ name, resources: limitedResources(quota) }))
      .filter(({ resources }) => resources.length > 0);
    writeQuotaRoots(
      out,
      mailbox,
      roots.map(({ name }) => name),
    );
    for (const { name, resources } of roots) writeQuota(out, name, resources);
    return ok("GETQUOTAROOT completed");
  },
});

export const setQuota = command({
  name: "SETQUOTA",
  states: afterLogin,
  numbering: ["seq"],
  parse: readSetQuota,
  async run(session, args, { out }) {
    const quotas = await quotasOf(session);
    if (quotas === null) return no("Only an administrator changes limits", "NOPERM");
    const change = quotaChange(args.limits);
    if (change === null) return no("There are no limits of that kind", "CANNOT");
    const root = await set(session, { quotas, root: args.root }, change);
    if (root === null) return no("No such quota root", "NONEXISTENT");
    const resources = limitedResources(root.quota);
    // What is left without limits is no quota root any more, and a QUOTA response has at least one.
    if (resources.length > 0) writeQuota(out, root.name, resources);
    return ok("SETQUOTA completed");
  },
});

/** null for who is no administrator. */
async function quotasOf({ features }: Session): Promise<AccountQuotas | null> {
  const { quotas, withheld } = features;
  return quotas !== null && !withheld.isOff("QUOTASET") && (await quotas.areOpen()) ? quotas : null;
}

async function find(session: Session, name: string): Promise<QuotaRoot | null> {
  if (name === ownRoot) return { name, quota: await session.mail.quota() };
  const address = addressOfRoot(name);
  // Of somebody else's limits those hear who may read there.
  const shared = address === null ? undefined : await session.mail.quotaRoot(address);
  if (shared !== undefined) return { name, quota: shared.quota };
  const quotas = address === null ? null : await quotasOf(session);
  const found = address === null ? null : await quotas?.of(address);
  return found ? rootOf(session.mail.account, found) : null;
}

async function set(
  { mail }: Session,
  { quotas, root }: { readonly quotas: AccountQuotas; readonly root: string },
  change: QuotaChange,
): Promise<QuotaRoot | null> {
  if (root === ownRoot) return { name: root, quota: await mail.changeQuota(change) };
  const address = addressOfRoot(root);
  const changed = address === null ? null : await quotas.change(address, change);
  return changed === null ? null : rootOf(mail.account, changed);
}
