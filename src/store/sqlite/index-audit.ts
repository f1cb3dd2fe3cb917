// What must hold of an index: everything up to its mark is in all of its tables, and nothing else is. Each finding is a
// sentence for the administrator.

import type { DatabaseSync } from "node:sqlite";
import type { IndexSource } from "./index-source.ts";

const idsAtOnce = 10_000;
const searchedTables = ["head_trigram", "body_trigram", "field_trigram", "word"] as const;
const tablesByContent = ["field", "field_trigram", "word"] as const;

/** `remove` takes away what is left of contents that are gone, which is no fault: a crash may have come between. */
export function auditIndex(
  index: DatabaseSync,
  mail: IndexSource,
  remove: (contents: readonly number[]) => void,
): string[] {
  const findings = index.prepare("pragma quick_check(10)").all();
  const damage = findings.map((row) => String(Object.values(row)[0])).filter((text) => text !== "ok");
  if (damage.length > 0) return damage.map((text) => `Search index: ${text}`);
  // These throw when the tables do not agree with themselves.
  for (const table of searchedTables) index.exec(`insert into ${table} (${table}, rank) values ('integrity-check', 0)`);
  return [...auditPassages(index), ...auditContents(index, mail, remove)];
}

function auditPassages(index: DatabaseSync): string[] {
  const count = (table: string): number => Number(index.prepare(`select count(*) as n from ${table}`).get()?.["n"]);
  const kept = count("passage");
  const lookedUp = count("head_trigram_docsize") + count("body_trigram_docsize");
  return kept === lookedUp ? [] : [`Search index: ${kept} passages are kept, ${lookedUp} are looked up`];
}

function auditContents(index: DatabaseSync, mail: IndexSource, remove: (contents: readonly number[]) => void) {
  const findings: string[] = [];
  const mark = Number(index.prepare("select indexed_to as n from progress").get()?.["n"]);
  const idsOf = idReader(index);
  for (let after = 0; ; ) {
    const expected = mail.behind(after, idsAtOnce).map(({ id }) => id);
    const isEnd = expected.length < idsAtOnce;
    const to = isEnd ? Number.MAX_SAFE_INTEGER : (expected.at(-1) ?? after);
    const there = new Set(expected);
    const unread = idsOf("unread", after, to);
    const tables = tablesByContent.map((table) => ({ table, ids: idsOf(table, after, to) }));
    const gone = new Set([...unread, ...tables.flatMap(({ ids }) => [...ids])].filter((id) => !there.has(id)));
    // Contents are read before the index is: one that has come between is there by now.
    remove([...gone].filter((id) => mail.bodyOf(id) === undefined));
    for (const { table, ids } of tables) {
      const missing = expected.filter((id) => id <= mark && !ids.has(id) && !unread.has(id));
      if (missing.length > 0)
        findings.push(
          `Search index: ${missing.length} contents are not in its table ${table}, the first is ${missing[0]}`,
        );
    }
    if (isEnd) return findings;
    after = to;
  }
}

function idReader(index: DatabaseSync) {
  const queries = {
    field: "select content as id from field where content > ? and content <= ?",
    unread: "select content as id from unread where content > ? and content <= ?",
    // What the others have, they list by id beside their texts' lengths.
    field_trigram: "select id from field_trigram_docsize where id > ? and id <= ?",
    word: "select id from word_docsize where id > ? and id <= ?",
  };
  return (table: keyof typeof queries, after: number, to: number): Set<number> => {
    const rows = index.prepare(queries[table]).all(after, to);
    return new Set(rows.map(({ id }) => Number(id)));
  };
}
