// What a server process holds open, by what its descriptors point to.

import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** As the kernel names them: a path, `socket:[...]`, `pipe:[...]`, `anon_inode:[...]`. */
export function openFiles(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((one) => {
    try {
      return readlinkSync(join(folder, one));
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

export function openSockets(pid: number): number {
  return openFiles(pid).filter((one) => one.startsWith("socket:")).length;
}
