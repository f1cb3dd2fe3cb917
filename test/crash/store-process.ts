// Drives test/crash/store-child.ts, under strace or over a small disk where a test wants that.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Answer {
  readonly n?: number;
  readonly problem?: string;
  readonly uid?: number;
  readonly text?: string | null;
  readonly exists?: number;
  readonly findings?: readonly string[];
}

export class StoreProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  readonly ended: Promise<unknown>;
  #next = 1;
  #over = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = once(child, "exit").then(() => {
      this.#over = true;
      for (const waiting of this.#waiting.splice(0)) waiting({ problem: "the process ended" });
    });
    if (child.stdout === null) throw new Error("no output to read");
    createInterface({ input: child.stdout }).on("line", (line) => this.#waiting.shift()?.(JSON.parse(line)));
  }

  /** `before`: a command to run it under, such as strace with its arguments. */
  static async start(
    folder: string,
    options: { before?: readonly string[]; failpoint?: string } = {},
  ): Promise<StoreProcess> {
    const [command, ...args] = [
      ...(options.before ?? []),
      process.execPath,
      `${import.meta.dirname}/store-child.ts`,
      folder,
    ];
    if (options.failpoint !== undefined) args.push(options.failpoint);
    const child = spawn(command ?? "", args, { stdio: ["pipe", "pipe", "inherit"] });
    const started = new StoreProcess(child);
    await new Promise<Answer>((resolve) => started.#waiting.push(resolve));
    return started;
  }

  /** One request at a time: the answers come in order only then. */
  ask(op: string, more: { n?: number; size?: number } = {}): Promise<Answer> {
    if (this.#over) return Promise.resolve({ problem: "the process ended" });
    const answer = new Promise<Answer>((resolve) => this.#waiting.push(resolve));
    this.#child.stdin?.write(`${JSON.stringify({ op, n: this.#next++, ...more })}\n`);
    return answer;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    await this.ended;
  }
}
