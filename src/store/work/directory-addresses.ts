// Whose an address is: primary addresses, aliases and catch-alls.

import type { AccountId } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import { all, maybe, run, sql, type Work } from "../sql.ts";
import { hasDomain } from "./directory-domains.ts";

export interface AddressKey {
  /** A-labels, lower case. */
  readonly domain: string;
  /** The local part as it is compared; empty for the catch-all. */
  readonly localKey: string;
}

export type AddressKind = "primary" | "alias" | "catch-all";

export interface AddressRow extends AddressKey {
  readonly localPart: string;
  readonly account: AccountId;
  readonly kind: AddressKind;
}

export function* findAddress(key: AddressKey): Work<AddressRow | undefined> {
  return yield* maybe<AddressRow>(
    sql`select domain, local_key as "localKey", local_part as "localPart", account, kind from address
      where domain = ${key.domain} and local_key = ${key.localKey}`,
  );
}

/** By domain and local part; of one account, or all. */
export function* listAddresses(account: AccountId | undefined): Work<readonly AddressRow[]> {
  return account === undefined
    ? yield* all<AddressRow>(
        sql`select domain, local_key as "localKey", local_part as "localPart", account, kind from address
          order by domain, local_key`,
      )
    : yield* all<AddressRow>(
        sql`select domain, local_key as "localKey", local_part as "localPart", account, kind from address
          where account = ${account} order by domain, local_key`,
      );
}

/** Throws domain-missing, address-exists. */
export function* insertAddress(row: AddressRow): Work<void> {
  if (!(yield* hasDomain(row.domain))) throw refuse({ kind: "domain-missing" });
  if ((yield* findAddress(row)) !== undefined) throw refuse({ kind: "address-exists" });
  yield* run(
    sql`insert into address (domain, local_key, local_part, account, kind)
      values (${row.domain}, ${row.localKey}, ${row.localPart}, ${row.account}, ${row.kind})`,
  );
}

/** A primary address goes with its account only. Throws address-missing, address-primary. */
export function* deleteAddress(key: AddressKey): Work<void> {
  const row = yield* findAddress(key);
  if (row === undefined) throw refuse({ kind: "address-missing" });
  if (row.kind === "primary") throw refuse({ kind: "address-primary" });
  yield* run(sql`delete from address where domain = ${key.domain} and local_key = ${key.localKey}`);
}
