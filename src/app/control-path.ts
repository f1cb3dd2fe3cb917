// Where the control socket of a data folder is. The name of a UNIX socket holds about a hundred bytes (unix(7)), and
// folders may lie deeper: then it is reached through a descriptor of the folder.

import { openSync } from "node:fs";
import { join } from "node:path";

const socketNameBytesMax = 100;

export function controlPath(dataFolder: string): string {
  const path = join(dataFolder, "control.sock");
  if (Buffer.byteLength(path) <= socketNameBytesMax) return path;
  // The descriptor stays open as long as the process: so does the socket.
  return join("/proc/self/fd", String(openSync(dataFolder, "r")), "control.sock");
}
