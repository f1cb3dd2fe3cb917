// The real server as a child process in trial mode, on free ports and a data folder of its own, as a person starts it.
// `await using server = await spawnServer();` ends it with its scope. `server.trial` says where it listens.

import { type ChildProcess, spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { rootDir } from "./source-tree.ts";
import { tempDir } from "./temp-dir.ts";

/** What trial.json in the data folder says once everything listens. */
export interface Trial {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly caFile: string;
  readonly ports: Readonly<
    Record<"imap" | "imaps" | "pop3" | "pop3s" | "submission" | "submissions" | "smtp" | "https", number>
  >;
}

export interface SpawnOptions {
  /** A data folder that outlives the server; without one it gets its own, which goes with it. */
  readonly dataDir?: string;
  /** After `serve --ports auto`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly startMsMax?: number;
}

export interface SpawnedServer extends AsyncDisposable {
  readonly trial: Trial;
  readonly dataDir: string;
  readonly pid: number;
  /** What it has written so far, standard output and error together. */
  output(): string;
  /** kill -9, as a crash would: resolves once it is gone. */
  crash(): Promise<void>;
  /** SIGTERM: resolves with its exit code once it is gone. */
  stop(): Promise<number | null>;
  /** Resolves with the exit code when it ends by itself. */
  readonly ended: Promise<number | null>;
}

const pollMs = 10;

export async function spawnServer(options: SpawnOptions = {}): Promise<SpawnedServer> {
  await using scope = new AsyncDisposableStack();
  const dataDir = options.dataDir ?? scope.use(await tempDir()).path;
  const trialFile = join(dataDir, "trial.json");
  await rm(trialFile, { force: true });

  const main = join(rootDir, "src/app/main.ts");
  const child = spawn(process.execPath, [main, "serve", "--ports", "auto", ...(options.args ?? [])], {
    env: { ...process.env, ...options.env, DAKGHAR_DATA: dataDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => output.push(text));
  const ended = exitOf(child);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  scope.defer(async () => {
    await end("SIGKILL");
  });

  const trial = await trialFacts(trialFile, ended, options.startMsMax ?? 20_000).catch((cause: unknown) => {
    throw new Error(`the server did not start:\n${output.join("")}`, { cause });
  });
  // What it prints comes after trial.json, and through a pipe.
  for (let waitedMs = 0; !/Ctrl-C/.test(output.join("")) && waitedMs < 2_000; waitedMs += pollMs) await sleep(pollMs);
  if (child.pid === undefined) throw new Error("a process that listens has an id");
  const running = scope.move();
  return {
    trial,
    dataDir,
    pid: child.pid,
    output: () => output.join(""),
    crash: async () => {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    ended,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const exitOf = (child: ChildProcess): Promise<number | null> => {
  return new Promise((resolve, reject) => {
    child.once("close", (code) => resolve(code));
    child.once("error", reject);
  });
};

/** Waits for trial.json: it is written whole, under another name first, and only once everything listens. */
async function trialFacts(path: string, ended: Promise<number | null>, waitMsMax: number): Promise<Trial> {
  const state = { over: false };
  const over = (): void => {
    state.over = true;
  };
  void ended.then(over, over);
  for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += pollMs) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined) return JSON.parse(text);
    if (state.over) throw new Error(`it ended with exit code ${await ended}`);
    await sleep(pollMs);
  }
  throw new Error(`no trial.json within ${waitMsMax} ms`);
}
