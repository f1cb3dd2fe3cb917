// A command that root types works on a server's folder as the server's user: what it makes there must be the server's.

import { stat } from "node:fs/promises";

/** Becomes the folder's owner for the rest of the process, when run by root and the folder is another's. */
export async function becomeOwnerOf(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const owner = await stat(folder).catch(() => undefined);
  if (owner === undefined || owner.uid === 0) return;
  process.setgroups?.([owner.gid]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}
