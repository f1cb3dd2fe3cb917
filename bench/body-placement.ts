// Where should a body be: in a row of the account's database, or in a file beside it? Writes durably and reads whole, at
// 4 KB to 512 KB, through the store's own code with the limit moved. docs/decisions/0011-body-placement.md says what
// follows, and src/base/limits.ts has the limit.
//
//   node bench/body-placement.ts [--quick]

import { join } from "node:path";
import { noFlags } from "../src/model/flags.ts";
import { asContentId, type MailboxId } from "../src/model/ids.ts";
import { mailboxName } from "../src/model/mailbox-name.ts";
import { noQuota } from "../src/model/quota.ts";
import { BodyFiles } from "../src/store/blob/body-files.ts";
import { Checkpointer } from "../src/store/sqlite/checkpointer.ts";
import { migrate } from "../src/store/sqlite/migrations.ts";
import { SqliteDatabase } from "../src/store/sqlite/sqlite-database.ts";
import { appendMessages, type NewContent } from "../src/store/work/append.ts";
import { findBody } from "../src/store/work/contents.ts";
import { createMailboxes } from "../src/store/work/mailboxes.ts";
import { TestClock } from "../test/support/embedded.ts";
import { tempDir } from "../test/support/temp-dir.ts";
import { contentOf } from "./support/new-messages.ts";
import { madeMessage } from "./support/seeded-mail.ts";
import { spread } from "./support/statistics.ts";

const places = ["row", "file"] as const;
type Place = (typeof places)[number];

const quick = process.argv.includes("--quick");
const rounds = quick ? 2 : 5;
const kib = 1_024;
const clock = new TestClock();
let nextNumber = 1;

interface Used {
  readonly cpu: number;
  readonly wall: number;
}

console.log(
  "# Body placement\n\nMicroseconds a body; the median of the rounds and in brackets the least and the greatest.\n",
);
console.log("| size | place | write, 1 writer: CPU | wall | write, 20 writers: CPU | wall | read: CPU | wall |");
console.log("|---|---|---|---|---|---|---|---|");
for (const size of [4, 32, 128, 512]) {
  const readings = new Map<Place, Used[][]>(places.map((place) => [place, []]));
  for (let round = -1; round < rounds; round++)
    for (const place of round % 2 === 0 ? places : places.toReversed()) {
      const reading = await measure(place, size * kib);
      if (round >= 0) readings.get(place)?.push(reading);
    }
  for (const [place, all] of readings) {
    const cells = [0, 1, 2].flatMap((at) => {
      const used = all.map((reading) => reading[at] ?? { cpu: Number.NaN, wall: Number.NaN });
      return [cell(used.map(({ cpu }) => cpu)), cell(used.map(({ wall }) => wall))];
    });
    console.log(`| ${size} KB | ${place} | ${cells.join(" | ")} |`);
  }
}

async function measure(place: Place, size: number): Promise<Used[]> {
  await using store = await openStore(place);
  // About 64 MB at most, and a few hundred messages at least where they are small.
  const count = Math.round(Math.min(600, (64 * 1_024 * kib) / size) / (quick ? 4 : 1));
  const bodies = Array.from({ length: count }, () => Uint8Array.from(madeMessage(nextNumber++, size).bytes));
  const content = bodies.map((bytes) => contentOf(bytes, null));
  const items = bodies.map((bytes, at) => ({ bytes, content: content[at] ?? contentOf(bytes, null) }));
  const half = Math.floor(count / 2);
  return [
    await timed(half, () => writeAll(store, items.slice(0, half), 1)),
    await timed(half, () => writeAll(store, items.slice(half, 2 * half), 20)),
    await timed(2 * half, () => readAll(store, 2 * half, size)),
  ];
}

interface Item {
  readonly bytes: Uint8Array;
  readonly content: NewContent;
}

type Store = Awaited<ReturnType<typeof openStore>>;

async function openStore(place: Place) {
  await using scope = new AsyncDisposableStack();
  const folder = scope.use(await tempDir()).path;
  const path = join(folder, "mail.db");
  migrate(path, "account");
  const checkpointer = new Checkpointer();
  scope.defer(() => checkpointer.close());
  const database = await SqliteDatabase.open(path, checkpointer, { clock, hooks: {} });
  scope.defer(() => database.close());
  const bodies = new BodyFiles(join(folder, "bodies"), place === "row" ? Number.POSITIVE_INFINITY : 0);
  await bodies.prepare();
  const inbox = { name: mailboxName("INBOX"), role: null, subscribed: true } as const;
  const { ids } = await database.write(() => createMailboxes([inbox], 0, noQuota), "flushed");
  const mailbox = ids[0] as MailboxId;
  const running = scope.move();
  return { database, bodies, mailbox, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function writeAll({ database, bodies, mailbox }: Store, items: readonly Item[], writers: number): Promise<void> {
  const queue = items.values();
  const one = async (): Promise<void> => {
    for (const { bytes, content } of queue) {
      const sink = bodies.sink();
      for (let at = 0; at < bytes.length; at += 64 * kib) await sink.write(bytes.subarray(at, at + 64 * kib));
      const { id, inline } = await sink.finish();
      const message = { content: { ...content, bodyId: id, inline }, flags: noFlags, internalDateMs: 0 };
      await database.write(() => appendMessages(mailbox, [message], 0, noQuota), "flushed");
    }
  };
  await Promise.all(Array.from({ length: writers }, one));
}

/** In an order that is not that of writing; what has been written lies in the system's cache. */
async function readAll({ database, bodies }: Store, count: number, size: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const content = asContentId(1 + ((at * 7_919) % count));
    const found = await database.read(() => findBody(content));
    const bytes = found.kind === "inline" ? found.bytes : await bodies.body(found.id, found.size).slice(0, found.size);
    if (bytes.length !== size) throw new Error(`${bytes.length} bytes instead of ${size}`);
  }
}

async function timed(count: number, run: () => Promise<void>): Promise<Used> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await run();
  const wall = performance.now() - from;
  const used = process.cpuUsage(cpu);
  return { cpu: (used.user + used.system) / count, wall: (1_000 * wall) / count };
}

function cell(values: readonly number[]): string {
  const { median, min, max } = spread(values);
  return `${median.toFixed(0)} (${min.toFixed(0)}–${max.toFixed(0)})`;
}
