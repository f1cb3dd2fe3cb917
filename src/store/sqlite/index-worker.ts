// Thread entry: fills the indices of accounts, behind everybody else who wants the processor.

import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { indexedAccountsOpenMax } from "../../base/limits.ts";
import { IndexIsStale } from "./index-file.ts";
import { IndexFiller } from "./index-filler.ts";
import type { IndexAnswer, IndexRequest, IndexTask, IndexTaskDone } from "./indexer.ts";
import { isDamage, sqliteCode } from "./sqlite-code.ts";

// On Linux a thread has a priority of its own, and 0 stands for the calling thread.
const lowestPriority = 19;
try {
  setPriority(0, lowestPriority);
} catch {
  // Where it may not be changed it stays as it is.
}

/** The accounts whose files are open, the least recently asked for first. */
const fillers = new Map<string, IndexFiller>();

parentPort?.on("message", ({ id, accountFolder, task }: IndexRequest) => {
  parentPort?.postMessage(answerTo(id, accountFolder, task));
});

function answerTo(id: number, accountFolder: string, task: IndexTask): IndexAnswer {
  try {
    return { id, done: perform(accountFolder, task) };
  } catch (error) {
    close(accountFolder);
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof IndexIsStale) return { id, unusable: "stale", why };
    if (isDamage(error)) return { id, unusable: "damaged", why };
    return { id, failed: why, errcode: sqliteCode(error) };
  }
}

function perform(accountFolder: string, task: IndexTask): IndexTaskDone {
  if (task.kind === "close" || task.kind === "reset") {
    close(accountFolder);
    if (task.kind === "reset") IndexFiller.reset(accountFolder, task.old);
    return { indexedTo: 0, last: 0, findings: [] };
  }
  const filler = fillers.get(accountFolder) ?? new IndexFiller(accountFolder);
  fillers.delete(accountFolder);
  fillers.set(accountFolder, filler);
  for (const [folder] of fillers) if (fillers.size > indexedAccountsOpenMax) close(folder);
  const findings = task.kind === "audit" ? filler.audit() : [];
  if (task.kind === "remove") filler.remove(task.contents);
  if (task.kind === "fill") filler.fill();
  return { ...filler.place(), findings };
}

function close(accountFolder: string): void {
  fillers.get(accountFolder)?.close();
  fillers.delete(accountFolder);
}
