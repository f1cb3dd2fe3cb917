// Asks one question of both servers in turn, A B, B A, A B and so on, so that what else the machine does meets both alike.
// Rounds that do not count come first, until neither server gets better by a tenth: one that has just started compiles what
// it runs, and one that has run for a day does not.

import { atRest, type BenchServer, cpuMs, type ServerName, settled } from "./bench-server.ts";
import type { Case, Outcome, Question, Scale } from "./question.ts";
import { type Spread, spread } from "./statistics.ts";

export interface Row {
  readonly question: string;
  readonly label: string;
  /** "CPU", "wall" or a figure's label. */
  readonly measure: string;
  readonly unit: string;
  readonly values: Readonly<Partial<Record<ServerName, readonly number[]>>>;
  /** Dakghar's to Dovecot's, round by round; null when only one was asked. */
  readonly ratio: Spread | null;
}

export interface Asking {
  readonly scale: Scale;
  readonly rounds: number;
  readonly progress: (text: string) => void;
}

interface Reading {
  readonly measure: string;
  readonly unit: string;
  readonly value: number;
}

/** All rows of a question; the servers are asked in the order they have in `servers`. */
export async function ask(question: Question, servers: readonly BenchServer[], asking: Asking): Promise<Row[]> {
  const prepared: (readonly Case[])[] = [];
  for (const server of servers) {
    asking.progress(`${question.name}: preparing ${server.name}`);
    prepared.push(await question.prepare(server, asking.scale));
  }
  await Promise.all(servers.map(atRest));
  const rows: Row[] = [];
  for (const at of (prepared[0] ?? []).keys()) {
    const sides = servers.map((server, side) => ({ server, of: caseAt(prepared[side], at) }));
    rows.push(...(await askCase(question, sides, asking)));
  }
  return rows;
}

interface Side {
  readonly server: BenchServer;
  readonly of: Case;
}

async function askCase(question: Question, sides: readonly Side[], asking: Asking): Promise<Row[]> {
  const label = sides[0]?.of.label ?? "";
  const rounds = Math.min(asking.rounds, sides[0]?.of.roundsMax ?? asking.rounds);
  const readings = new Map<ServerName, Reading[][]>(sides.map(({ server }) => [server.name, []]));
  const all = async (round: number, name: string): Promise<void> => {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      asking.progress(`${question.name}: ${label}, ${side.server.name}, ${name}`);
      readings.get(side.server.name)?.push(await oneRound(side));
    }
  };
  const warmUps = rounds === 1 ? 0 : await warmUp(readings, all);
  const from = performance.now();
  const isShort = (): boolean => rounds > 1 && performance.now() - from < shortCaseMs;
  for (let round = 0; round < rounds || (isShort() && round < 3 * rounds); round++)
    await all(round, `round ${round + 1}`);
  for (const read of readings.values()) read.splice(0, warmUps);
  for (const side of sides) await side.of.end?.();
  return rowsOf(question.name, label, readings);
}

const warmUpsMax = 6;
/** A case whose rounds take less together is asked more often than need be: up to three times. */
const shortCaseMs = 20_000;

/** How many rounds it took. */
async function warmUp(
  readings: ReadonlyMap<ServerName, readonly Reading[][]>,
  round: (round: number, name: string) => Promise<void>,
): Promise<number> {
  for (let done = 1; ; done++) {
    await round(done, `warming up, ${done}`);
    const improving = [...readings.values()].some((rounds) => {
      const [before, now] = rounds.slice(-2).map(([first]) => first?.value ?? 0);
      return before !== undefined && now !== undefined && now < 0.9 * before;
    });
    if (done === warmUpsMax || (done > 1 && !improving)) return done;
  }
}

async function oneRound({ server, of }: Side): Promise<Reading[]> {
  await of.before?.();
  // Otherwise it has been quiet since its last round.
  if (of.before !== undefined) await settled(server);
  const cpuBefore = cpuMs(server);
  const wallBefore = performance.now();
  const outcome = await of.run();
  const wall = performance.now() - wallBefore;
  await of.after?.();
  await settled(server);
  return readingsOf(of, outcome, { cpu: cpuMs(server) - cpuBefore, wall });
}

function readingsOf(of: Case, { operations, figures = [] }: Outcome, used: { cpu: number; wall: number }): Reading[] {
  const own = figures.map(({ label, unit, value }) => ({ measure: label, unit, value }));
  if (operations === 0) return own;
  const unit = `µs a ${of.operation}`;
  return [
    { measure: "CPU", unit, value: (1_000 * used.cpu) / operations },
    { measure: "wall", unit, value: (1_000 * used.wall) / operations },
    ...own,
  ];
}

function rowsOf(question: string, label: string, readings: ReadonlyMap<ServerName, readonly Reading[][]>): Row[] {
  const [first] = [...readings.values()];
  return (first?.[0] ?? []).map(({ measure, unit }, at) => {
    const values: Partial<Record<ServerName, number[]>> = {};
    for (const [name, rounds] of readings) values[name] = rounds.map((round) => round[at]?.value ?? Number.NaN);
    const { dakghar, dovecot } = values;
    const ratio =
      dakghar === undefined || dovecot === undefined
        ? null
        : spread(dakghar.map((value, round) => value / (dovecot[round] ?? Number.NaN)));
    return { question, label, measure, unit, values, ratio };
  });
}

function caseAt(cases: readonly Case[] | undefined, at: number): Case {
  const found = cases?.[at];
  if (found === undefined) throw new Error("both servers must have the same cases");
  return found;
}
