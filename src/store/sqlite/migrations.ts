// Schemas and their versions: forward only, each step in one transaction, and a newer file than the program is refused.

import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

export type SchemaName = "account" | "directory";

// One file a version: the first makes the schema, each later one changes it.
const steps: Readonly<Record<SchemaName, readonly string[]>> = {
  account: ["account.sql"],
  directory: ["directory.sql"],
};

/** A database was written by a later version; the sentence is for whoever runs the server. */
export class SchemaTooNew extends Error {}

/** Makes or upgrades the database file at `path`, synced in full; leaves one that is up to date alone. */
export function migrate(path: string, schema: SchemaName): void {
  if (existsSync(path) && versionOf(path) === steps[schema].length) return;
  const connection = new DatabaseSync(path, { timeout: 5_000 });
  try {
    connection.exec("pragma journal_mode = wal; pragma synchronous = full");
    const version = Number(connection.prepare("pragma user_version").get()?.["user_version"]);
    const known = steps[schema].length;
    if (version > known)
      throw new SchemaTooNew(
        `${path} was written by a newer Dakghar (schema ${version}; this one knows ${known}). Start the newer one.`,
      );
    for (const [at, file] of steps[schema].entries()) {
      if (at < version) continue;
      const text = readFileSync(new URL(file, import.meta.url), "utf8");
      connection.exec(`begin immediate; ${text}; pragma user_version = ${at + 1}; commit`);
    }
  } finally {
    connection.close();
  }
}

function versionOf(path: string): number {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    return Number(connection.prepare("pragma user_version").get()?.["user_version"]);
  } finally {
    connection.close();
  }
}
