// GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 9208 4.1). Only an administrator sets limits, and no administrator logs in over
// IMAP: QUOTASET is not announced, and SETQUOTA, which clients of RFC 2087 may expect beside QUOTA, is always refused.

import { afterLogin, command } from "../command.ts";
import { no, ok } from "../completion.ts";
import { limitedResources, quotaRoot } from "../quota-roots.ts";
import { readOnlyMailbox } from "../wire/mailbox-argument.ts";
import { readQuotaRoot, readSetQuota, writeQuota, writeQuotaRoots } from "../wire/quota.ts";

export const getQuota = command({
  name: "GETQUOTA",
  states: afterLogin,
  numbering: ["seq"],
  parse: readQuotaRoot,
  async run({ mail }, root, { out }) {
    const resources = limitedResources(await mail.quota());
    if (root !== quotaRoot || resources.length === 0) return no("No such quota root", "NONEXISTENT");
    writeQuota(out, quotaRoot, resources);
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
    const resources = limitedResources(await mail.quota());
    writeQuotaRoots(out, mailbox, resources.length === 0 ? [] : [quotaRoot]);
    if (resources.length > 0) writeQuota(out, quotaRoot, resources);
    return ok("GETQUOTAROOT completed");
  },
});

export const setQuota = command({
  name: "SETQUOTA",
  states: afterLogin,
  numbering: ["seq"],
  parse: readSetQuota,
  async run() {
    return no("Only an administrator changes limits", "NOPERM");
  },
});
