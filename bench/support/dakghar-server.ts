// Dakghar as a child process over a temporary folder; accounts are made over its control socket, as the command line does.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { askControl, connectControl } from "../../src/admin/control-client.ts";
import type { Given } from "../../src/admin/verb.ts";
import { controlPath } from "../../src/app/control-path.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import type { BenchServer } from "./bench-server.ts";
import type { TlsFiles } from "./dovecot-server.ts";
import { profileFolder } from "./profile.ts";

export interface DakgharOptions {
  readonly tls: TlsFiles;
  /** Writes a .cpuprofile of the whole run. */
  readonly profile: boolean;
  /** Indexing after delivery has a bench of its own (index-cost.ts); elsewhere it would count as what was measured. */
  readonly indexing?: "after-delivery" | "on-demand";
}

const domain = "bench.example";
const password = "correct-horse";

export async function startDakghar({ tls, profile, indexing = "on-demand" }: DakgharOptions): Promise<BenchServer> {
  await using scope = new AsyncDisposableStack();
  const folder = scope.use(await tempDir()).path;
  const main = join(import.meta.dirname, "dakghar-process.ts");
  if (profile) mkdirSync(profileFolder, { recursive: true });
  const profiling = profile ? ["--cpu-prof", "--cpu-prof-dir", profileFolder] : [];
  const child = spawn(process.execPath, [...profiling, main, folder, tls.certificateFile, tls.keyFile, indexing], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  scope.defer(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const line = await Promise.race([once(createInterface(child.stdout), "line"), ended.then(() => [])]);
  if (child.pid === undefined || line.length === 0) throw new Error("dakghar did not start");
  const ports: Record<"imap" | "imaps" | "pop3" | "lmtp", number> = JSON.parse(String(line[0]));
  const ask = (verb: string, given: Given): Promise<void> => askServer(folder, verb, given);
  await ask("domain add", { domain });
  let taken = 0;
  const running = scope.move();
  return {
    name: "dakghar",
    pid: child.pid,
    imap: { port: ports.imap },
    imaps: { port: ports.imaps, caFile: tls.caFile, host: tls.host },
    pop3: { port: ports.pop3 },
    lmtp: { port: ports.lmtp },
    accounts: async (count) => {
      const made = Array.from({ length: count }, () => ({ user: `u${taken++}@${domain}`, password }));
      for (const { user } of made) await ask("account add", { address: user, password });
      return made;
    },
    index: ({ user }) => ask("index check", { address: user, rebuild: true }),
    // What FETCH is answered with was computed at delivery: there is nothing to forget.
    forget: async () => undefined,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function askServer(folder: string, verb: string, given: Given): Promise<void> {
  const socket = await connectControl(controlPath(folder));
  if (socket === undefined) throw new Error("dakghar does not answer");
  const result = await askControl(socket, { verb, given }, () => undefined);
  if ("fault" in result) throw new Error(result.fault.text);
}
