// The worker thread that moves write-ahead logs into their database files, with every sync that needs.

import { Worker } from "node:worker_threads";
import { threadIdleMs } from "../../base/limits.ts";

/**
 * "passive" moves what it can while others write. "restart" moves everything, while nobody writes, and leaves the log
 * file at its length to be used again from its beginning. "truncate" does the same and leaves the file empty.
 */
export type CheckpointMode = "passive" | "restart" | "truncate";

export interface CheckpointRequest {
  readonly id: number;
  readonly path: string;
  readonly mode: CheckpointMode;
}

export interface CheckpointAnswer {
  readonly id: number;
  readonly error: string | null;
  /** SQLite's code for it, where it has one. */
  readonly errcode: number | null;
  /** How many logs it holds a snapshot of, so that they are not started over. */
  readonly held: number;
}

/** One worker for all databases: checkpoints wait for the disk, not for a processor. */
export class Checkpointer {
  #worker: Worker | null = null;
  #next = 1;
  /** Runs while there is nothing to do: a thread that waits holds some 15 MB. */
  #idle: NodeJS.Timeout | undefined;
  readonly #waiting = new Map<number, { resolve: () => void; reject: (reason: Error) => void }>();

  /** Resolves when done; rejects when the disk failed. */
  checkpoint(path: string, mode: CheckpointMode): Promise<void> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const request: CheckpointRequest = { id, path, mode };
      clearTimeout(this.#idle);
      const worker = this.#start();
      // The process stays for an answer, and for nothing else of this thread.
      worker.ref();
      worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
    this.#worker = null;
  }

  #start(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL("./checkpoint-worker.ts", import.meta.url));
    worker.unref();
    worker.on("message", (answer: CheckpointAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.error === null) waiting?.resolve();
      else waiting?.reject(Object.assign(new Error(answer.error), { errcode: answer.errcode }));
      if (this.#waiting.size > 0) return;
      worker.unref();
      if (answer.held === 0) this.#idle = setTimeout(() => this.#end(), threadIdleMs).unref();
    });
    worker.on("error", (error: Error) => {
      this.#worker = null;
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = null;
    // Nothing is under way in it.
    worker?.terminate().catch(() => undefined);
  }
}
