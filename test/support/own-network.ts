// A script in a network namespace of its own, where every address of 198.18.0.0/15 (RFC 2544) is this machine's: for tests
// in which clients come from many places. Needs root, unshare and ip.

import { spawn, spawnSync } from "node:child_process";

const setUp = 'ip link set lo up && ip route add local 198.18.0.0/15 dev lo && exec "$@"';

/** Why there cannot be one here, if so. */
export function noOwnNetwork(): string | false {
  const made = spawnSync("unshare", ["--net", "sh", "-c", setUp, "sh", "true"]);
  return made.status === 0 ? false : "needs root, unshare and ip for a network of its own";
}

/** One of its addresses. */
export function addressInOwnNetwork(n: number): string {
  return `198.18.${(n >> 8) & 255}.${n & 255}`;
}

/** Runs a script of ours to its end. */
export async function runInOwnNetwork(
  script: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  // A child of the test runner would report to it.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const line = ["--net", "sh", "-c", setUp, "sh", process.execPath, script, ...args];
  const child = spawn("unshare", line, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}
