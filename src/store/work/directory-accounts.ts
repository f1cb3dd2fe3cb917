// Accounts of the installation: their rows in the directory, not their mail.

import type { AccountId } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import { all, maybe, run, sql, type Work } from "../sql.ts";
import { type AddressKey, insertAddress } from "./directory-addresses.ts";
import { type PasswordRow, putPassword } from "./directory-passwords.ts";
import { forgetShares } from "./directory-shares.ts";

export interface AccountRow {
  readonly id: AccountId;
  readonly address: string;
  readonly displayName: string;
  readonly disabled: 0 | 1;
  readonly pop3Deletion: "expunge" | "trash";
  readonly copySent: 0 | 1;
  /** Separated by spaces. */
  readonly withoutCapabilities: string;
  readonly administrator: 0 | 1;
  /** It is nobody's own. */
  readonly shared: 0 | 1;
  readonly createdAtMs: number;
}

export function* getAccount(id: AccountId): Work<AccountRow | undefined> {
  return yield* maybe<AccountRow>(
    sql`select id, address, display_name as "displayName", disabled, pop3_deletion as "pop3Deletion",
      copy_sent as "copySent", without_capabilities as "withoutCapabilities", administrator, shared, created_at as "createdAtMs" from account
      where id = ${id}`,
  );
}

/** All accounts, the oldest first. */
export function* listAccounts(): Work<readonly AccountRow[]> {
  return yield* all<AccountRow>(
    sql`select id, address, display_name as "displayName", disabled, pop3_deletion as "pop3Deletion",
      copy_sent as "copySent", without_capabilities as "withoutCapabilities", administrator, shared, created_at as "createdAtMs" from account
      order by created_at, id`,
  );
}

/** The oldest account with an address in `domain`, or of all: it gets what is written to the postmaster. */
export function* oldestAccount(domain: string | undefined): Work<AccountId | undefined> {
  const row =
    domain === undefined
      ? yield* maybe<{ id: AccountId }>(sql`select id from account order by created_at, id limit 1`)
      : yield* maybe<{ id: AccountId }>(
          sql`select id from account where id in (select account from address where domain = ${domain})
            order by created_at, id limit 1`,
        );
  return row?.id;
}

/** The account with its primary address and its password; one that nobody logs in to has none. Throws domain-missing, address-exists. */
export function* insertAccount(
  account: AccountRow,
  primary: AddressKey & { readonly localPart: string },
  password: PasswordRow | null,
): Work<void> {
  yield* run(
    sql`insert into account (id, address, display_name, disabled, pop3_deletion, copy_sent,
        without_capabilities, administrator, shared, created_at)
      values (${account.id}, ${account.address}, ${account.displayName}, ${account.disabled}, ${account.pop3Deletion},
        ${account.copySent}, ${account.withoutCapabilities}, ${account.administrator}, ${account.shared}, ${account.createdAtMs})`,
  );
  yield* insertAddress({ ...primary, account: account.id, kind: "primary" });
  if (password !== null) yield* putPassword(account.id, password);
}

/** Throws account-missing. */
export function* updateAccount(account: Omit<AccountRow, "address" | "createdAtMs" | "shared">): Work<void> {
  const row = yield* maybe(
    sql`update account set display_name = ${account.displayName}, disabled = ${account.disabled},
      pop3_deletion = ${account.pop3Deletion}, copy_sent = ${account.copySent},
      without_capabilities = ${account.withoutCapabilities}, administrator = ${account.administrator} where id = ${account.id} returning id`,
  );
  if (row === undefined) throw refuse({ kind: "account-missing" });
}

/** With all its addresses, its password, and what it shared. */
export function* deleteAccount(id: AccountId): Work<void> {
  yield* forgetShares(id);
  yield* run(sql`delete from address where account = ${id}`);
  yield* run(sql`delete from password where account = ${id}`);
  yield* run(sql`delete from account where id = ${id}`);
}
