// A program that somebody else wrote, run to its end: mail clients in the conformance tests. It gets a home of its own, so
// that no setting of whoever runs the tests gets in, and it is ended when it takes too long.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface ProgramRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface ProgramOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Where it keeps its settings; without one it has none. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** The first of `names` that is not on the path, said in words for `t.skip`; undefined when all are there. */
export function programMissing(...names: readonly string[]): string | undefined {
  const missing = names.find((name) => !isOnPath(name));
  return missing === undefined ? undefined : `${missing} is not installed`;
}

function isOnPath(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export async function runProgram(
  name: string,
  args: readonly string[],
  { input = "", cwd, home = "/nonexistent", env = {}, timeoutMs = 60_000 }: ProgramOptions = {},
): Promise<ProgramRun> {
  const child = spawn(name, args, {
    cwd,
    env: { ...process.env, LANG: "C.UTF-8", LC_ALL: "C.UTF-8", ...env, HOME: home },
    signal: AbortSignal.timeout(timeoutMs),
    killSignal: "SIGKILL",
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", (cause) => {
      const why = cause.name === "AbortError" ? `took longer than ${timeoutMs} ms` : "could not be run";
      reject(new Error(`${name} ${why}; it said:\n${out}${err}`, { cause }));
    });
  });
  return { code, out, err };
}

export interface RunningProgram extends AsyncDisposable {
  /** All it has written so far, errors too. */
  said(): string;
  /** Waits until it has said this. */
  says(wanted: RegExp): Promise<void>;
}

/** A program that goes on until its scope ends. */
export async function startProgram(
  name: string,
  args: readonly string[],
  { cwd, home = "/nonexistent", env = {}, timeoutMs = 10_000 }: ProgramOptions = {},
): Promise<RunningProgram> {
  const child = spawn(name, args, {
    cwd,
    env: { ...process.env, ...env, HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await once(child, "spawn");
  return {
    said: () => said,
    says: async (wanted) => {
      for (let waitedMs = 0; !wanted.test(said); waitedMs += 10) {
        if (waitedMs > timeoutMs) throw new Error(`${name} did not say ${wanted} in ${timeoutMs} ms, but:\n${said}`);
        await sleep(10);
      }
    },
    [Symbol.asyncDispose]: async () => {
      // What it has started goes with it.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
      await ended;
    },
  };
}

/** A run that must go well: gives its standard output. */
export async function runWell(name: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { code, out, err } = await runProgram(name, args, options);
  if (code !== 0) throw new Error(`${[name, ...args].join(" ")} ended with ${code}:\n${out}${err}`);
  return out;
}
