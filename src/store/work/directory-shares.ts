// Who may have rights in mailboxes of whom. A hint: each who has rights is in here, but not each in here has rights.

import type { AccountId } from "../../model/ids.ts";
import { all, run, sql, type Work } from "../sql.ts";

export interface ShareRow {
  readonly owner: AccountId;
  /** An account's id, or "@domain". */
  readonly grantee: string;
}

export function* listShares(): Work<readonly ShareRow[]> {
  return yield* all<ShareRow>(sql`select owner, grantee from share`);
}

export function* addShare({ owner, grantee }: ShareRow): Work<void> {
  yield* run(sql`insert into share (owner, grantee) values (${owner}, ${grantee}) on conflict do nothing`);
}

export function* removeShare({ owner, grantee }: ShareRow): Work<void> {
  yield* run(sql`delete from share where owner = ${owner} and grantee = ${grantee}`);
}

/** Of an account that is no more: what it shares, and what is shared with it. */
export function* forgetShares(account: AccountId): Work<void> {
  yield* run(sql`delete from share where owner = ${account} or grantee = ${account}`);
}
