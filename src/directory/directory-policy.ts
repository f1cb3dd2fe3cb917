// What the installation decides about accounts and addresses.

import { noQuota, type QuotaAmounts } from "../model/quota.ts";
import type { AccountSettings } from "./directory.ts";

export interface DirectoryPolicy {
  /** Between an address and its tag; empty where there are no tags. */
  readonly subaddressSeparator: string;
  /** What a new account begins with. */
  readonly settings: AccountSettings;
  /** How much an account may hold that has no limits of its own; the mail service keeps to it. */
  readonly quota: QuotaAmounts;
}

export const usualPolicy: DirectoryPolicy = {
  subaddressSeparator: "+",
  settings: { pop3Deletion: "expunge", copySent: false, withoutCapabilities: [], administrator: false },
  quota: noQuota,
};
