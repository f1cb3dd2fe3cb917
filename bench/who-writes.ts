// Which thread should write? The SQLite unit of work on the event loop's thread with fdatasync in the thread pool, as the
// server has it, beside the same in a worker thread with synchronous=FULL: CPU an operation, how long it takes, and how
// much of it the event loop's own thread pays. docs/decisions/0010-who-writes.md says what follows.
//
//   node bench/who-writes.ts [--quick]

import { asUid } from "../src/model/ids.ts";
import { newMessage } from "./support/new-messages.ts";
import { quantile, spread } from "./support/statistics.ts";
import { openWriter, type Way, type Writer } from "./support/writers.ts";

const ways: readonly Way[] = ["loop", "thread", "thread, group"];
const bytes = 10 * 1024;
const quick = process.argv.includes("--quick");
const rounds = quick ? 2 : 7;
const operations = quick ? 200 : 1_000;
/** Past the first checkpoint, so that the log has its length and is used again. */
const warmUpAppends = 500;
let nextNumber = 1;

type Call = (writer: Writer) => Promise<void>;

interface Reading {
  readonly cpu: number;
  readonly loopCpu: number;
  readonly wall: number;
  readonly p50: number;
  readonly p99: number;
}

console.log("# Who writes\n\nMicroseconds; the median of the rounds and in brackets the least and the greatest.\n");
console.log(
  "| operation | writers | way | CPU | of it the loop's thread | wall time | latency, median | 99th percentile |",
);
console.log("|---|---|---|---|---|---|---|---|");
for (const operation of ["append 10 KB", "change a flag"] as const) {
  for (const writers of [1, 20]) {
    const readings = new Map<Way, Reading[]>(ways.map((way) => [way, []]));
    for (let round = -1; round < rounds; round++) {
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
        const reading = await measure(
          way,
          operation === "change a flag" ? flagChanges() : appends(operations),
          writers,
        );
        if (round >= 0) readings.get(way)?.push(reading);
      }
    }
    for (const [way, all] of readings) {
      const cells = (["cpu", "loopCpu", "wall", "p50", "p99"] as const).map((of) => cell(all.map((one) => one[of])));
      console.log(`| ${operation} | ${writers} | ${way} | ${cells.join(" | ")} |`);
    }
  }
}

// Made before anything is measured.
function appends(count: number): Call[] {
  return Array.from({ length: count }, () => {
    const message = newMessage(nextNumber++, bytes);
    return (writer: Writer) => writer.append(message);
  });
}

function flagChanges(): Call[] {
  return Array.from({ length: operations }, (_, at) => {
    const uid = asUid(1 + (at % warmUpAppends));
    const turn = Math.floor(at / warmUpAppends) % 2 === 0 ? "flag" : "unflag";
    return (writer: Writer) => writer.flag(uid, turn);
  });
}

async function measure(way: Way, calls: readonly Call[], writers: number): Promise<Reading> {
  await using writer = await openWriter(way);
  await runAll(writer, { calls: appends(warmUpAppends), writers: 20, latencies: [] });
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const loop = process.threadCpuUsage();
  const from = performance.now();
  await runAll(writer, { calls, writers, latencies });
  const wall = performance.now() - from;
  const used = process.cpuUsage(cpu);
  const loopUsed = process.threadCpuUsage(loop);
  return {
    cpu: (used.user + used.system) / calls.length,
    loopCpu: (loopUsed.user + loopUsed.system) / calls.length,
    wall: (1_000 * wall) / calls.length,
    p50: 1_000 * quantile(latencies, 0.5),
    p99: 1_000 * quantile(latencies, 0.99),
  };
}

interface Load {
  readonly calls: readonly Call[];
  readonly writers: number;
  readonly latencies: number[];
}

/** Each writer takes the next call when its last one is done. */
async function runAll(writer: Writer, { calls, writers, latencies }: Load): Promise<void> {
  const queue = calls.values();
  const one = async (): Promise<void> => {
    for (const call of queue) {
      const from = performance.now();
      await call(writer);
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: writers }, one));
}

function cell(values: readonly number[]): string {
  const { median, min, max } = spread(values);
  return `${median.toFixed(0)} (${min.toFixed(0)}–${max.toFixed(0)})`;
}
