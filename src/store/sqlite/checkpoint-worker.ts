// Thread entry: checkpoints one database after another over connections of its own, synced in full.

import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { parentPort } from "node:worker_threads";
import type { CheckpointAnswer, CheckpointRequest } from "./checkpointer.ts";

parentPort?.on("message", ({ id, path, mode }: CheckpointRequest) => {
  let error: string | null = null;
  let errcode: number | null = null;
  try {
    checkpoint(path, mode);
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof Error && "errcode" in thrown && typeof thrown.errcode === "number") errcode = thrown.errcode;
  }
  const answer: CheckpointAnswer = { id, error, errcode, held: snapshots.size };
  parentPort?.postMessage(answer);
});

// A log that is moved as a whole is started over by the next writer, who does not sync: after a crash the old header
// could stand before a mixture of old and new frames, and old pages would come back. So a snapshot held open keeps every
// frame in use while writing goes on, and before the log is started over its old header is gone from the disk.
const snapshots = new Map<string, DatabaseSync>();

function checkpoint(path: string, mode: CheckpointRequest["mode"]): void {
  if (mode === "passive") {
    hold(path);
    move(path, mode);
    return;
  }
  release(path);
  if (move(path, mode) !== 0) throw new Error("the write-ahead log is in use");
  if (mode === "restart") voidHeader(`${path}-wal`);
}

// Live connections know the log by the shared index alone; its header is read by whoever recovers after a crash.
// https://sqlite.org/walformat.html#wal_file_format: a log whose header has no magic number is empty.
function voidHeader(log: string): void {
  const file = openSync(log, "r+");
  try {
    writeSync(file, new Uint8Array(logHeaderBytes), 0, logHeaderBytes, 0);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

const logHeaderBytes = 32;

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
