// Whether the spool's disk has room for more mail. Asked before a message is taken in, since a disk that fills up while mail
// comes stops everything else that writes to it too (RFC 5321 4.2.3: 452, insufficient system storage).

import { statfs } from "node:fs/promises";
import type { Clock } from "../base/clock.ts";
import { spoolFreeBytesMin, spoolRoomKnownMs } from "../base/limits.ts";
import { refuse } from "../model/problem.ts";

export interface DiskRoomParts {
  readonly folder: string;
  readonly clock: Clock;
  /** Bytes that this process may still write there. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

export class DiskRoom {
  readonly #parts: DiskRoomParts;
  #known: Promise<number> = Promise.resolve(0);
  #knownUntilMs = -Infinity;

  constructor(parts: DiskRoomParts) {
    this.#parts = parts;
  }

  /** Throws disk-full. The disk is asked once in a while, by whoever comes first. */
  async check(): Promise<void> {
    const { folder, clock, freeBytes } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs >= this.#knownUntilMs) {
      this.#knownUntilMs = nowMs + spoolRoomKnownMs;
      // A disk that cannot be asked is not for us to judge: writing to it will tell.
      this.#known = freeBytes(folder).catch(() => Infinity);
    }
    if ((await this.#known) < spoolFreeBytesMin) throw refuse({ kind: "disk-full" });
  }
}

export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
