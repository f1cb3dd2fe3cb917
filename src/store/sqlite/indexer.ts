// The worker thread that fills the indices of all accounts, one task after another. It starts with the first task.

import { Worker } from "node:worker_threads";
import { indexerIdleMs } from "../../base/limits.ts";

export type IndexTask =
  /** Puts some of the contents that are new into the index. */
  | { readonly kind: "fill" }
  | { readonly kind: "remove"; readonly contents: readonly number[] }
  | { readonly kind: "audit" }
  /** Begins anew with an empty index; a damaged one is kept beside it. */
  | { readonly kind: "reset"; readonly old: "set-aside" | "removed" }
  /** Closes the account's files. */
  | { readonly kind: "close" };

export interface IndexRequest {
  readonly id: number;
  readonly accountFolder: string;
  readonly task: IndexTask;
}

export interface IndexTaskDone {
  readonly indexedTo: number;
  /** The last content that the mail has given out. */
  readonly last: number;
  /** Of an audit. */
  readonly findings: readonly string[];
}

export type IndexAnswer =
  | { readonly id: number; readonly done: IndexTaskDone }
  /** The index must be made anew; nothing else is wrong. */
  | { readonly id: number; readonly unusable: "stale" | "damaged"; readonly why: string }
  | { readonly id: number; readonly failed: string; readonly errcode: number | null };

/** The index must be made anew. */
export class IndexIsUnusable extends Error {
  readonly how: "stale" | "damaged";

  constructor(how: "stale" | "damaged", why: string) {
    super(`the index is ${how}: ${why}`);
    this.name = "IndexIsUnusable";
    this.how = how;
  }
}

interface Waiting {
  readonly request: IndexRequest;
  readonly resolve: (done: IndexTaskDone) => void;
  readonly reject: (reason: Error) => void;
}

export class Indexer {
  #worker: Worker | null = null;
  #next = 1;
  /** The first is being done. An account waits for its answer before it asks for more, so this is as long as accounts are open. */
  readonly #queue: Waiting[] = [];
  #closed = false;
  #idle: NodeJS.Timeout | null = null;
  /** Accounts whose files the thread may have open. */
  readonly #known = new Set<string>();

  /** Throws IndexIsUnusable; errors of the disk with SQLite's code. */
  ask(accountFolder: string, task: IndexTask): Promise<IndexTaskDone> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Error("the indexing thread has ended"));
        return;
      }
      this.#known.add(accountFolder);
      this.#queue.push({ request: { id: this.#next++, accountFolder, task }, resolve, reject });
      if (this.#queue.length === 1) this.#send();
    });
  }

  /** Resolves once the thread has none of the account's files open. */
  async forget(accountFolder: string): Promise<void> {
    if (this.#closed || this.#worker === null || !this.#known.has(accountFolder)) return;
    await this.ask(accountFolder, { kind: "close" });
    this.#known.delete(accountFolder);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    await this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#queue.splice(0)) reject(new Error("the indexing thread has ended"));
  }

  /** With the thread its files are closed. */
  #end(): void {
    const worker = this.#worker;
    this.#worker = null;
    this.#known.clear();
    worker?.removeAllListeners();
    worker?.terminate().catch(() => undefined);
  }

  #send(): void {
    const [first] = this.#queue;
    if (first === undefined) {
      this.#worker?.unref();
      this.#idle = setTimeout(() => this.#end(), indexerIdleMs);
      this.#idle.unref();
      return;
    }
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    const worker = this.#start();
    // The process stays for an answer, and for nothing else of this thread.
    worker.ref();
    worker.postMessage(first.request);
  }

  #start(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL("./index-worker.ts", import.meta.url));
    worker.on("message", (answer: IndexAnswer) => this.#take(answer));
    worker.on("error", (error: Error) => {
      if (this.#worker === worker) this.#worker = null;
      this.#known.clear();
      for (const { reject } of this.#queue.splice(0)) reject(error);
    });
    this.#worker = worker;
    return worker;
  }

  #take(answer: IndexAnswer): void {
    const waiting = this.#queue.shift();
    if (waiting === undefined || waiting.request.id !== answer.id) throw new Error("an answer that nobody waits for");
    if ("done" in answer) waiting.resolve(answer.done);
    else if ("unusable" in answer) waiting.reject(new IndexIsUnusable(answer.unusable, answer.why));
    else waiting.reject(Object.assign(new Error(answer.failed), { errcode: answer.errcode }));
    this.#send();
  }
}
