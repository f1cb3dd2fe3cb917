// The data folder of the embedded engine:
//   holder.db, holder.json   who has the folder open
//   directory.db             domains, accounts, addresses, credentials, the outbound queue
//   accounts/<id>/mail.db    one account's rows;  accounts/<id>/bodies/ab/<sha-256>  its large bodies
//   accounts/<id>/flags.log   flag changes on their way into mail.db (flag-journal.ts)
//   accounts/<id>/index/text.db    the index over its text, which can be lost
// Paths are made from ids only, never from a name that a user chose. Modes are 0700 and 0600.

import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type AccountId, asAccountId } from "../../model/ids.ts";

export const folderMode = 0o700;

/** Where an account's files are. */
export function accountFolder(dataFolder: string, account: AccountId): string {
  return join(dataFolder, "accounts", account);
}

/** Flushes a folder, so that the names in it outlive a power failure. */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes a whole file so that either the old or the new one is there, flushed. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}

/** The ids of the accounts that have a folder. */
export async function accountIdsIn(dataFolder: string): Promise<AccountId[]> {
  const names = await readdir(join(dataFolder, "accounts"));
  return names.filter((name) => /^[0-9a-f]{16}$/.test(name)).map(asAccountId);
}

/** The folder is another process's. `holder` is what that process wrote about itself. */
export class FolderInUse extends Error {
  constructor(dataFolder: string, holder: string) {
    super(
      `The data folder ${dataFolder} is in use by another Dakghar (${holder}). Stop that one first, or name another folder.`,
    );
    this.name = "FolderInUse";
  }
}

/** Holds the folder until disposed of; a killed process holds nothing. Throws FolderInUse. */
export async function holdFolder(dataFolder: string, holder: string): Promise<Disposable> {
  await mkdir(join(dataFolder, "accounts"), { recursive: true, mode: folderMode });
  const note = join(dataFolder, "holder.json");
  const lock = new DatabaseSync(join(dataFolder, "holder.db"));
  try {
    // An exclusive lock that the system drops with the process, however that ends.
    lock.exec("pragma locking_mode = exclusive; pragma journal_mode = delete; begin exclusive");
  } catch {
    lock.close();
    throw new FolderInUse(dataFolder, await readFile(note, "utf8").catch(() => "unknown process"));
  }
  await writeFile(note, holder, { mode: 0o600 });
  return {
    [Symbol.dispose]() {
      lock.close();
    },
  };
}

/** Removes an account's folder in a way that a crash leaves either all of it or none of it under its name. */
export async function removeAccountFolder(dataFolder: string, account: AccountId): Promise<void> {
  const path = accountFolder(dataFolder, account);
  const doomed = join(dataFolder, "accounts", `removed-${account}`);
  await rename(path, doomed);
  await flushFolder(join(dataFolder, "accounts"));
  await rm(doomed, { recursive: true, force: true });
}

/** Finishes removals that a crash interrupted. */
export async function finishRemovals(dataFolder: string): Promise<void> {
  for (const name of await readdir(join(dataFolder, "accounts")))
    if (name.startsWith("removed-")) await rm(join(dataFolder, "accounts", name), { recursive: true, force: true });
}
