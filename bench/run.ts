// npm run bench: the same mail and the same load against Dakghar and against Debian's Dovecot, and a table of ratios.
//
//   npm run bench                           all questions; keeps the tables in bench/results/
//   npm run bench -- append fetch-flags     some of them
//   npm run bench -- --quick                a tenth of the load, two rounds
//   npm run bench -- --only dovecot         one server alone (or dakghar)
//   npm run bench -- --rounds 9             more rounds than 5
//   npm run bench -- --profile append       Dakghar alone under --cpu-prof, and where its time went

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { append } from "./append.ts";
import { delivery } from "./delivery.ts";
import { fetchBodiesQuestion } from "./fetch-bodies.ts";
import { fetchFlagsQuestion } from "./fetch-flags.ts";
import { fetchStructureQuestion } from "./fetch-structure.ts";
import { growth, growthMillion } from "./growth.ts";
import { idle, idleHibernated } from "./idle.ts";
import { idleMany, idleManyTls } from "./idle-many.ts";
import { login, loginByProcess } from "./login.ts";
import { mixed } from "./mixed.ts";
import { notice } from "./notice.ts";
import { pop3 } from "./pop3.ts";
import { qresync } from "./qresync.ts";
import { searchQuestion } from "./search.ts";
import { storeFlags } from "./store-flags.ts";
import type { BenchServer, ServerName } from "./support/bench-server.ts";
import { benchTls } from "./support/bench-tls.ts";
import { startDakghar } from "./support/dakghar-server.ts";
import { type DovecotOptions, startDovecot } from "./support/dovecot-server.ts";
import { type Asking, ask, type Row } from "./support/measure.ts";
import { forgetProfiles, showProfile } from "./support/profile.ts";
import type { Question, Scale } from "./support/question.ts";
import { type Conditions, report } from "./support/report.ts";

const questions: readonly Question[] = [
  login,
  loginByProcess,
  append,
  fetchFlagsQuestion,
  fetchStructureQuestion,
  fetchBodiesQuestion,
  storeFlags,
  qresync,
  searchQuestion,
  pop3,
  delivery,
  notice,
  mixed,
  idle,
  idleHibernated,
  idleMany,
  idleManyTls,
  growth,
  growthMillion,
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string" },
    profile: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const names = questions.map(({ name }) => name);
const unknown = positionals.filter((name) => !names.includes(name));
if (options.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`No such question: ${unknown.join(", ")}`);
  console.error(
    `npm run bench -- [--quick] [--rounds N] [--only dakghar|dovecot] [--profile] [NAME...]\nNames: ${names.join(", ")}`,
  );
  process.exitCode = unknown.length > 0 ? 64 : 0;
} else await main();

async function main(): Promise<void> {
  const kind = options.quick ? "quick" : "full";
  const scale: Scale = { kind, of: (full) => (kind === "full" ? full : Math.ceil(full / 10)) };
  const rounds = Number(options.rounds ?? (options.profile ? 3 : options.quick ? 2 : 5));
  const asking: Asking = { scale, rounds, progress };
  const sides: ServerName[] = options.profile
    ? ["dakghar"]
    : (["dakghar", "dovecot"] as const).filter((name) => options.only === undefined || options.only === name);
  const chosen = questions.filter(({ name, asked }) =>
    positionals.length === 0 ? asked !== "when-named" : positionals.includes(name),
  );
  const rows: Row[] = [];
  if (options.profile) forgetProfiles();
  const shared = chosen.filter(({ servers }) => servers === "shared");
  if (shared.length > 0) {
    await using servers = await start(sides, {});
    for (const question of shared) rows.push(...(await ask(question, servers.all, asking)));
  }
  for (const question of chosen.filter((one) => one.servers === "own")) {
    const both = sides.filter((name) => question.of === undefined || question.of === name);
    await using servers = await start(both, question.dovecot ?? {});
    rows.push(...(await ask(question, servers.all, asking)));
  }
  progress("");
  const conditions = conditionsNow(rounds, kind);
  const markdown = report(rows, conditions);
  console.log(markdown);
  if (positionals.length === 0 && kind === "full" && sides.length === 2) keep(markdown, rows, conditions);
}

/** Both servers, or the one that was asked for; ended with their scope. */
async function start(sides: readonly ServerName[], dovecot: Omit<DovecotOptions, "tls">) {
  await using scope = new AsyncDisposableStack();
  const all: BenchServer[] = [];
  const tls = scope.use(await benchTls());
  // Last, since a server writes its profile when it ends.
  if (options.profile) scope.defer(showProfile);
  for (const name of sides) {
    const server =
      name === "dakghar"
        ? await startDakghar({ tls, profile: options.profile })
        : await startDovecot({ ...dovecot, tls });
    all.push(scope.use(server));
  }
  const running = scope.move();
  return { all, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text !== "") process.stderr.write(`${text}\n`);
}

function conditionsNow(rounds: number, scale: "full" | "quick"): Conditions {
  const [cpu] = cpus();
  const dovecot = sidesVersion();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}`,
    node: process.versions.node,
    dovecot,
    rounds,
    scale,
  };
}

function sidesVersion(): string {
  try {
    return execFileSync("dovecot", ["--version"], { encoding: "utf8" }).split(" ")[0]?.trim() ?? "unknown";
  } catch {
    return "not installed";
  }
}

function keep(markdown: string, rows: readonly Row[], conditions: Conditions): void {
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${conditions.date}.md`), markdown);
  writeFileSync(join(folder, `${conditions.date}.json`), `${JSON.stringify({ conditions, rows }, null, 2)}\n`);
  console.log(`Kept as bench/results/${conditions.date}.md and .json`);
}
