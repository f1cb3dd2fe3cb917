// SQLite's result codes in what node:sqlite throws. https://sqlite.org/rescode.html

/** The primary code; null for an error of another kind. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return null;
  return error.errcode & 0xff;
}

const sqliteError = 1;
const busy = 5;
const locked = 6;
const corrupt = 11;
const notADatabase = 26;

/** The file is not what it must be; a table that is missing counts (SQLITE_ERROR), since our own statements have no faults. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === corrupt || code === notADatabase || code === sqliteError;
}

/** Somebody else is at work on the file. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === busy || code === locked;
}
