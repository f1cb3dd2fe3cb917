// Statements as values, and units of work as generators of statements. A driver resumes the generator with rows:
// SQLite steps it to the end without an await, so nothing slips into an open transaction; PostgreSQL awaits each step
// and starts over on a serialization failure. So a unit of work has no effect but its statements.

/** What a column or a parameter can hold. Booleans are 0 and 1. */
export type SqlValue = string | number | null | Uint8Array;

/** One row by column name. */
export type Row = Readonly<Record<string, SqlValue>>;

/** A statement with its parameters apart, so that no value is ever part of the text. */
export interface Statement {
  /** The same object for each run of the same template: drivers keep prepared statements by it. */
  readonly text: TemplateStringsArray;
  readonly values: readonly SqlValue[];
  /** "rows" fetches all rows; "tuples" their values in order, at half the cost; "none" runs it for its effect. */
  readonly answer: "rows" | "tuples" | "none";
}

/** A unit of work: yields statements, is resumed with their rows, returns its result. */
export type Work<T> = Generator<Statement, T, readonly Row[]>;

/** `sql\`select uid from message where mailbox = ${id}\`` */
export function sql(text: TemplateStringsArray, ...values: SqlValue[]): Statement {
  return { text, values, answer: "rows" };
}

/** All rows. `R` is what the select list gives: the one place where rows get their type. */
export function* all<R extends object>(statement: Statement): Work<readonly R[]> {
  // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
  return (yield statement) as unknown as readonly R[];
}

/** All rows as their values in the order of the select list, for very many of them. */
export function* tuples<T extends readonly SqlValue[]>({ text, values }: Statement): Work<readonly T[]> {
  // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
  return (yield { text, values, answer: "tuples" }) as unknown as readonly T[];
}

/** The first row, or undefined. */
export function* maybe<R extends object>(statement: Statement): Work<R | undefined> {
  // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
  return (yield statement)[0] as unknown as R | undefined;
}

/** The one row that must be there. Throws when it is not: a bug, or damaged data. */
export function* one<R extends object>(statement: Statement): Work<R> {
  const [row] = yield statement;
  if (row === undefined) throw new Error(`no row where one must be: ${statement.text.join("?")}`);
  // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
  return row as unknown as R;
}

/** Runs it for its effect. */
export function* run(statement: Statement): Work<void> {
  yield { text: statement.text, values: statement.values, answer: "none" };
}

/** One value of a column as its type in the program: brands come in here. */
export function given<T>(value: SqlValue): T {
  // oxlint-disable-next-line no-unsafe-type-assertion -- where rows come in
  return value as unknown as T;
}
