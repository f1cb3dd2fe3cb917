// Thread entry: runs units of work on one mailbox. An append waits for the disk in here, at its commit.

import { DatabaseSync, type StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { walBytesMax } from "../../src/base/limits.ts";
import { noQuota } from "../../src/model/quota.ts";
import type { Row, Statement, Work } from "../../src/store/sql.ts";
import { appendMessages } from "../../src/store/work/append.ts";
import { storeFlags } from "../../src/store/work/store-flags.ts";
import { flagOrder, type ThreadAnswer, type ThreadRequest } from "./writer-request.ts";
import type { ThreadOrder } from "./writers.ts";

const { path, mailbox, group } = workerData as ThreadOrder;
const connection = new DatabaseSync(path, { timeout: 5_000 });
connection.exec(
  `pragma journal_mode = wal; pragma wal_autocheckpoint = ${walBytesMax / 4_096}; pragma temp_store = memory; pragma cache_size = -1024`,
);
const statements = new Map<TemplateStringsArray, StatementSync>();
const begin = connection.prepare("begin immediate");
const commit = connection.prepare("commit");
let synchronous: "full" | "off" | "unknown" = "unknown";
let waiting: ThreadRequest[] = [];

parentPort?.on("message", (request: ThreadRequest) => {
  if (group === "one by one") {
    transact([request]);
    return;
  }
  if (waiting.push(request) === 1)
    setImmediate(() => {
      const batch = waiting;
      waiting = [];
      transact(batch);
    });
});

function transact(batch: readonly ThreadRequest[]): void {
  let error: string | null = null;
  const wanted = batch.some((request) => "message" in request) ? "full" : "off";
  if (wanted !== synchronous) connection.exec(`pragma synchronous = ${wanted}`);
  synchronous = wanted;
  try {
    begin.run();
    for (const request of batch) {
      if ("message" in request) step(appendMessages(mailbox, [request.message], Date.now(), noQuota));
      else step(storeFlags(flagOrder(mailbox, request.uid, request.turn)));
    }
    commit.run();
  } catch (thrown) {
    if (connection.isTransaction) connection.exec("rollback");
    error = String(thrown);
  }
  const answer: ThreadAnswer = { done: batch.map(({ id }) => id), error };
  parentPort?.postMessage(answer);
}

function step<T>(work: Work<T>): T {
  let next = work.next();
  while (next.done !== true) next = work.next(execute(next.value));
  return next.value;
}

function execute({ text, values, answer }: Statement): readonly Row[] {
  let prepared = statements.get(text);
  if (prepared === undefined) {
    prepared = connection.prepare(text.reduce((whole, part, at) => `${whole}?${at}${part}`));
    statements.set(text, prepared);
  }
  if (answer === "rows") return prepared.all(...values) as unknown as Row[];
  prepared.run(...values);
  return [];
}
