// What "$" stands for: the messages that the last SEARCH RETURN (SAVE) found (RFC 5182, RFC 9051 6.4.4.1).

import type { UidSet } from "../model/uid-set.ts";

export class SavedSearch {
  /** RFC 5182 2.1: empty when a mailbox has just been selected, and after a SEARCH with SAVE that failed. */
  uids: UidSet = { ranges: [] };
}
