// What SQLite's and the system's errors mean to the person who waits: no room, or a disk that fails.

import { type ProblemRefusal, refuse } from "../model/problem.ts";

// https://sqlite.org/rescode.html, primary codes: FULL 13; IOERR 10, READONLY 8, CANTOPEN 14, BUSY 5; CORRUPT 11, NOTADB 26.
const primaryCodes: Readonly<Record<number, "disk-full" | "store-unavailable" | "data-damaged">> = {
  5: "store-unavailable",
  8: "store-unavailable",
  10: "store-unavailable",
  11: "data-damaged",
  13: "disk-full",
  14: "store-unavailable",
  26: "data-damaged",
};

/** The refusal for an error of the disk; undefined when the error is another's. */
export function diskProblem(error: unknown): ProblemRefusal | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errcode" in error && typeof error.errcode === "number") {
    const kind = primaryCodes[error.errcode & 0xff];
    return kind === undefined ? undefined : refuse({ kind }, error);
  }
  if (!("code" in error)) return undefined;
  if (error.code === "ENOSPC" || error.code === "EDQUOT") return refuse({ kind: "disk-full" }, error);
  if (
    error.code === "EIO" ||
    error.code === "EROFS" ||
    error.code === "EMFILE" ||
    error.code === "ENFILE" ||
    error.code === "EACCES"
  )
    return refuse({ kind: "store-unavailable" }, error);
  return undefined;
}
