// What the installation decides about accounts and addresses.

import type { AccountSettings } from "./directory.ts";

export interface DirectoryPolicy {
  /** Between an address and its tag; empty where there are no tags. */
  readonly subaddressSeparator: string;
  /** What a new account begins with. */
  readonly settings: AccountSettings;
}

export const usualPolicy: DirectoryPolicy = {
  subaddressSeparator: "+",
  settings: { pop3Deletion: "expunge", copySent: false },
};
