// The tables that a run prints and keeps.

import type { Row } from "./measure.ts";
import { spread } from "./statistics.ts";

export interface Conditions {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly dovecot: string;
  readonly rounds: number;
  readonly scale: "full" | "quick";
}

/** Markdown: CPU and wall time by row, then the other figures. */
export function report(rows: readonly Row[], conditions: Conditions): string {
  const timed = rows.filter(({ measure }) => measure === "CPU");
  const figures = rows.filter(({ measure }) => measure !== "CPU" && measure !== "wall");
  const wallOf = (row: Row): Row | undefined =>
    rows.find(({ question, label, measure }) => {
      return question === row.question && label === row.label && measure === "wall";
    });
  return [
    `# Dakghar beside Dovecot, ${conditions.date}`,
    "",
    `${conditions.machine}; Node ${conditions.node}; Dovecot ${conditions.dovecot}. ${conditions.rounds} to ${3 * conditions.rounds} rounds each in turn` +
      `${conditions.scale === "quick" ? ", a tenth of the load (quick)" : ""}. A ratio is Dakghar's figure to Dovecot's in the same` +
      " round: the median, and in brackets the least and the greatest. Best to best sets each side's best round beside the" +
      " other's, which other work on the machine disturbs least. Below 1 is better than Dovecot.",
    "",
    ...(timed.length === 0
      ? []
      : [
          "| question | server CPU, Dakghar | Dovecot | **ratio of CPU** | best to best | ratio of wall time |",
          "|---|---|---|---|---|---|",
          ...timed.map((row) => {
            const unit = row.unit.replace("µs ", "");
            return `| ${row.label} | ${amount(row.values.dakghar)} ${unit} | ${amount(row.values.dovecot)} | **${ratioOf(row)}** | ${bestToBest(row)} | ${ratioOf(wallOf(row))} |`;
          }),
          "",
        ]),
    ...(figures.length === 0
      ? []
      : [
          "| question | measure | Dakghar | Dovecot | ratio |",
          "|---|---|---|---|---|",
          ...figures.map(
            (row) =>
              `| ${row.label} | ${row.measure} | ${plain(row.values.dakghar, row.unit)} | ${plain(row.values.dovecot, row.unit)} | ${ratioOf(row)} |`,
          ),
          "",
        ]),
  ].join("\n");
}

function ratioOf(row: Row | undefined): string {
  if (row === undefined || row.ratio === null) return "";
  const { median, min, max } = row.ratio;
  return row.values.dakghar?.length === 1 ? short(median) : `${short(median)} (${short(min)}–${short(max)})`;
}

function bestToBest({ values: { dakghar, dovecot } }: Row): string {
  return dakghar === undefined || dovecot === undefined ? "" : short(Math.min(...dakghar) / Math.min(...dovecot));
}

/** Microseconds in a readable unit. */
function amount(values: readonly number[] | undefined): string {
  if (values === undefined) return "";
  const { median } = spread(values);
  return median >= 1_000 ? `${short(median / 1_000)} ms` : `${short(median)} µs`;
}

function plain(values: readonly number[] | undefined, unit: string): string {
  return values === undefined ? "" : `${short(spread(values).median)} ${unit}`;
}

const short = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
