// Values that belong to the installation as a whole and are made once.

import { maybe, run, sql, type Work } from "../sql.ts";

/** The value kept under `name`; `fresh` is kept when there is none yet. */
export function* settingOr(name: string, fresh: Uint8Array): Work<Uint8Array> {
  const kept = yield* maybe<{ value: Uint8Array }>(sql`select value from setting where name = ${name}`);
  if (kept !== undefined) return kept.value;
  yield* run(sql`insert into setting (name, value) values (${name}, ${fresh})`);
  return fresh;
}
