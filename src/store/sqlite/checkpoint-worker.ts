// Thread entry: checkpoints one database after another over connections of its own, synced in full.

import { DatabaseSync } from "node:sqlite";
import { parentPort } from "node:worker_threads";
import type { CheckpointAnswer, CheckpointRequest } from "./checkpointer.ts";

parentPort?.on("message", ({ id, path, mode }: CheckpointRequest) => {
  let error: string | null = null;
  try {
    checkpoint(path, mode);
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  const answer: CheckpointAnswer = { id, error };
  parentPort?.postMessage(answer);
});

// A log that is moved as a whole would be started over by the next writer, who does not sync: a crash could then bring
// back old frames behind the new ones. An open snapshot keeps every frame in use until the log is truncated.
const snapshots = new Map<string, DatabaseSync>();

function checkpoint(path: string, mode: CheckpointRequest["mode"]): void {
  if (mode === "passive") {
    hold(path);
    move(path, mode);
  } else {
    release(path);
    // A log that was not emptied would leave old frames behind new ones.
    if (move(path, mode) !== 0) throw new Error("the write-ahead log is in use");
  }
}

function hold(path: string): void {
  release(path);
  const snapshot = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  snapshots.set(path, snapshot);
  snapshot.exec("begin");
  snapshot.prepare("select count(*) from sqlite_schema").get();
}

function release(path: string): void {
  snapshots.get(path)?.close();
  snapshots.delete(path);
}

/** 1 when another connection kept the log from being emptied. */
function move(path: string, mode: CheckpointRequest["mode"]): unknown {
  const connection = new DatabaseSync(path, { timeout: 5_000 });
  try {
    connection.exec("pragma synchronous = full");
    return connection.prepare(`pragma wal_checkpoint(${mode})`).get()?.["busy"];
  } finally {
    connection.close();
  }
}
