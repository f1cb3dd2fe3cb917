// A named point on the way to the disk at which the process dies as by kill -9, for tests of what survives that.
// DAKGHAR_FAILPOINT=after-commit@12: when the store reaches that point for the twelfth time, over all databases.

import type { DatabaseHooks } from "../store/sqlite/sqlite-database.ts";
import { CommandLineFault } from "./command-line.ts";

export function failpointHooks(wish: string | undefined): DatabaseHooks {
  if (wish === undefined || wish === "") return {};
  const [, wanted, times] = /^([a-z-]+)@([1-9]\d*)$/.exec(wish) ?? [];
  if (wanted === undefined) throw new CommandLineFault("DAKGHAR_FAILPOINT is a point and a count: after-commit@12.");
  let left = Number(times);
  return {
    reached(point) {
      if (point === wanted && --left === 0) process.kill(process.pid, "SIGKILL");
    },
  };
}
