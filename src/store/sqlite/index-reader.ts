// Questions to an account's index, over a connection that writes nothing. Each is answered from one snapshot, together with
// how far the index had come in it, whatever the indexing thread does meanwhile.

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { indexTrigramsMax } from "../../base/limits.ts";
import type { ContentId } from "../../model/ids.ts";
import {
  type AskedField,
  contentOfPlace,
  type IndexAnswer,
  type IndexedTexts,
  type IndexLook,
  type IndexQuestion,
  lookedUpCharactersMax,
} from "../text-index.ts";
import { type IndexHead, indexPath, readHead } from "./index-file.ts";
import { firstPassage, isOfHead, lastPassage, lookedUp } from "./passages.ts";

const columns: Readonly<Record<AskedField, string>> = {
  subject: "subject",
  from: "from_",
  to: "to_",
  cc: "cc",
  bcc: "bcc",
  others: "others",
  head: "head",
  body: "body",
};

/** As the table of words cuts text: between characters of ASCII that are neither letters nor digits. */
const oneWord = /^[a-z0-9\u{80}-\u{10ffff}]+$/u;

/** Characters that are looked through in one go: a millisecond's worth of reading, whatever the passages. */
const lookCharactersMax = 256 * 1024;

export class IndexReader {
  readonly #index: DatabaseSync;
  readonly #trigrams: Readonly<Record<"head" | "body", StatementSync>>;
  readonly #fieldTrigrams: StatementSync;
  readonly #words: StatementSync;
  readonly #unread: StatementSync;
  readonly #fields: StatementSync;
  readonly #passage: StatementSync;
  readonly #passages: StatementSync;

  /** Throws what SQLite throws when the file is not as it must be. Whoever writes is not waited for. */
  constructor(accountFolder: string) {
    const index = new DatabaseSync(indexPath(accountFolder), { readOnly: true, timeout: 0 });
    try {
      index.exec("pragma cache_size = -1024; pragma temp_store = memory; pragma trusted_schema = off");
      // Numbers as one text: a row for each would take longer than finding them.
      const found = "select json_group_array(rowid) as ids from";
      const ofTable = (table: string): StatementSync =>
        index.prepare(`${found} ${table} where ${table} match ? and rowid between ? and ?`);
      this.#trigrams = { head: ofTable("head_trigram"), body: ofTable("body_trigram") };
      this.#fieldTrigrams = ofTable("field_trigram");
      this.#words = ofTable("word");
      this.#unread = index.prepare("select json_group_array(content) as ids from unread where content between ? and ?");
      this.#fields = index.prepare(
        `select subject, from_ as "from", to_ as "to", cc, bcc, null as head, null as body from field where content = ?`,
      );
      this.#passage = index.prepare("select text from passage where id = ?");
      this.#passages = index.prepare("select id, length, text from passage where id between ? and ? order by id");
    } catch (error) {
      index.close();
      throw error;
    }
    this.#index = index;
  }

  head(): IndexHead {
    return readHead(this.#index);
  }

  ask({ needle, within }: IndexQuestion, from: number, below: number): IndexAnswer {
    const trigrams = trigramQuery(lookedUp(needle));
    return this.#snapshot(() => {
      const { indexedTo } = this.head();
      const range = [from, below - 1] as const;
      const unread = idsIn(this.#unread.get(...range));
      const inPassages = within === "head" || within === "body";
      const found = inPassages
        ? idsIn(this.#trigrams[within].get(trigrams.query, firstPassage(from), lastPassage(below - 1)))
        : idsIn(this.#fieldTrigrams.get(`${columns[within]} : (${trigrams.query})`, ...range));
      // What is looked up whole is there; and so is what a word begins with.
      if (trigrams.isWhole) {
        const certain = inPassages ? found.map(contentOfPlace) : found;
        return { indexedTo, unread, certain, possible: [], places: [] };
      }
      const isWord = within !== "others" && needle.length <= lookedUpCharactersMax && oneWord.test(needle);
      const certain = isWord && found.length > 0 ? idsIn(this.#words.get(wordQuery(needle, within), ...range)) : [];
      return inPassages
        ? { indexedTo, unread, certain, possible: [], places: found }
        : { indexedTo, unread, certain, possible: found, places: [] };
    });
  }

  look(needle: string, places: readonly number[]): IndexLook {
    const beginning = lookedUp(needle);
    return this.#snapshot(() => {
      const found: number[] = [];
      let done = 0;
      for (let characters = 0; done < places.length && characters < lookCharactersMax; done++) {
        const place = places[done] ?? 0;
        const content = contentOfPlace(place);
        if (found.at(-1) === content) continue;
        const text = String(this.#passage.get(place)?.["text"] ?? "");
        characters += text.length;
        if (text.includes(beginning)) found.push(content);
      }
      return { found, done };
    });
  }

  texts(contents: readonly ContentId[], which: "fields" | "all"): (IndexedTexts | null)[] {
    return this.#snapshot(() => {
      const texts: (IndexedTexts | null)[] = [];
      for (let characters = 0; texts.length < contents.length && characters < lookCharactersMax; ) {
        const content = contents[texts.length] ?? 0;
        // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
        const fields = this.#fields.get(content) as unknown as IndexedTexts | undefined;
        const long = fields === undefined || which === "fields" ? { head: "", body: "" } : this.#joined(content);
        texts.push(fields === undefined ? null : { ...fields, ...long });
        characters += long.head.length + long.body.length;
      }
      return texts;
    });
  }

  #joined(content: number): { readonly head: string; readonly body: string } {
    const texts: Record<"head" | "body", string[]> = { head: [], body: [] };
    for (const { id, length, text } of this.#passages.all(firstPassage(content), lastPassage(content)))
      texts[isOfHead(Number(id)) ? "head" : "body"].push(String(text).slice(0, Number(length)));
    return { head: texts.head.join(""), body: texts.body.join("") };
  }

  close(): void {
    this.#index.close();
  }

  // One transaction for several statements: each alone would take its locks anew, which costs as much as a row.
  #snapshot<T>(read: () => T): T {
    this.#index.exec("begin");
    try {
      return read();
    } finally {
      if (this.#index.isTransaction) this.#index.exec("commit");
    }
  }
}

function idsIn(row: Readonly<Record<string, unknown>> | undefined): readonly number[] {
  // oxlint-disable-next-line no-unsafe-type-assertion -- what SQLite makes of a list of numbers
  return JSON.parse(String(row?.["ids"])) as number[];
}

/** Sequences of three characters, all of which a text with the needle has: as many as are looked up, from end to end. */
function trigramQuery(needle: string): { readonly query: string; readonly isWhole: boolean } {
  const characters = Array.from(needle);
  const last = characters.length - 3;
  const count = Math.min(last + 1, indexTrigramsMax);
  const found = new Set<string>();
  for (let at = 0; at < count; at++) {
    const start = count === 1 ? 0 : Math.round((at * last) / (count - 1));
    found.add(quoted(characters.slice(start, start + 3).join("")));
  }
  return { query: [...found].join(" AND "), isWhole: last === 0 };
}

function wordQuery(needle: string, within: AskedField): string {
  return `${columns[within]} : ${quoted(needle)} *`;
}

/** https://sqlite.org/fts5.html#fts5_strings */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
