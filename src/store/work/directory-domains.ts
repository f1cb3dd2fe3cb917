// Domains of the installation.

import { refuse } from "../../model/problem.ts";
import { all, maybe, run, sql, type Work } from "../sql.ts";

/** True when mail for this domain is ours. `name` in A-labels, lower case. */
export function* hasDomain(name: string): Work<boolean> {
  return (yield* maybe(sql`select 1 from domain where name = ${name}`)) !== undefined;
}

export interface DomainRow {
  readonly name: string;
  readonly addresses: number;
}

/** All domains by name, with how many addresses each has. */
export function* listDomains(): Work<readonly DomainRow[]> {
  return yield* all<DomainRow>(
    sql`select name, (select count(*) from address where domain = name) as addresses from domain order by name`,
  );
}

/** Throws domain-exists. */
export function* addDomain(name: string, nowMs: number): Work<void> {
  if (yield* hasDomain(name)) throw refuse({ kind: "domain-exists" });
  yield* run(sql`insert into domain (name, created_at) values (${name}, ${nowMs})`);
}

/** Only a domain without addresses goes. Throws domain-missing, domain-in-use. */
export function* removeDomain(name: string): Work<void> {
  if (!(yield* hasDomain(name))) throw refuse({ kind: "domain-missing" });
  const used = yield* maybe(sql`select 1 from address where domain = ${name} limit 1`);
  if (used !== undefined) throw refuse({ kind: "domain-in-use" });
  yield* run(sql`delete from domain where name = ${name}`);
}
