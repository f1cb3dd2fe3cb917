// What passwords are checked against.

import type { AccountId } from "../../model/ids.ts";
import { maybe, run, sql, type Work } from "../sql.ts";
import type { AddressKey } from "./directory-addresses.ts";

export interface PasswordRow {
  /** In the PHC string format. */
  readonly argon2: string;
  readonly scramSalt: Uint8Array;
  readonly scramIterations: number;
  readonly scramStoredKey: Uint8Array;
  readonly scramServerKey: Uint8Array;
  readonly changedAtMs: number;
}

export interface LoginRow extends PasswordRow {
  readonly account: AccountId;
  /** The account's primary address. */
  readonly address: string;
  readonly disabled: 0 | 1;
}

/** What a log-in under this address is checked against; catch-alls are nobody's user name. */
export function* findLogin(user: AddressKey): Work<LoginRow | undefined> {
  return yield* maybe<LoginRow>(
    sql`select account.id as account, account.address as address, account.disabled as disabled, argon2,
      scram_salt as "scramSalt", scram_iterations as "scramIterations", scram_stored_key as "scramStoredKey",
      scram_server_key as "scramServerKey", changed_at as "changedAtMs"
      from address join account on account.id = address.account join password on password.account = account.id
      where address.domain = ${user.domain} and address.local_key = ${user.localKey} and address.kind <> 'catch-all'`,
  );
}

export function* putPassword(account: AccountId, row: PasswordRow): Work<void> {
  yield* run(sql`delete from password where account = ${account}`);
  yield* run(
    sql`insert into password (account, argon2, scram_salt, scram_iterations, scram_stored_key, scram_server_key, changed_at)
      values (${account}, ${row.argon2}, ${row.scramSalt}, ${row.scramIterations}, ${row.scramStoredKey},
        ${row.scramServerKey}, ${row.changedAtMs})`,
  );
}
