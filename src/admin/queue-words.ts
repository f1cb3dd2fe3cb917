// The queue as the command line tells it, and how its verbs say which mail they mean.

import { formatSize } from "../config/human-size.ts";
import type { DeskResult, DeskRow, QueueDesk, QueueSelection } from "../delivery/queue-desk.ts";
import { textTable } from "./text-table.ts";
import { type Arguments, type Json, option, type Parameter, type Progress, UsageFault } from "./verb.ts";

const id: Parameter = {
  name: "id",
  kind: "positional",
  presence: "optional",
  placeholder: "ID",
  help: "one message, by the ID that `queue list` tells",
};
const all: Parameter = {
  name: "all",
  kind: "flag",
  presence: "optional",
  placeholder: "",
  help: "everything in the queue",
};
export const filters: readonly Parameter[] = [
  option("domain", "DOMAIN", "recipients in this domain"),
  option("sender", "ADDRESS", 'mail from this sender; "" or <> is that of reports'),
];
/** One message, or the mail of a domain or a sender, or all. */
export const selectors: readonly Parameter[] = [id, ...filters, all];

/** Throws UsageFault unless just one way of saying it was taken. */
export function selectionOf(given: Arguments): QueueSelection {
  const name = given.optional("id");
  const wanted = [...(name === undefined ? [] : [{ kind: "message" as const, name }]), ...filtersOf(given)];
  if (given.flag("all") === "given") wanted.push({ kind: "all" });
  const [only] = wanted;
  if (only === undefined || wanted.length > 1)
    throw new UsageFault("Say which mail: an ID, or one of --domain, --sender and --all.");
  return only;
}

/** Everything where nothing is said. Throws UsageFault for a domain and a sender. */
export function filterOf(given: Arguments): QueueSelection {
  const [only, more] = filtersOf(given);
  if (more !== undefined) throw new UsageFault("Give one of --domain and --sender.");
  return only ?? { kind: "all" };
}

function filtersOf(given: Arguments): QueueSelection[] {
  const domain = given.optional("domain");
  const sender = given.optional("sender");
  return [
    ...(domain === undefined ? [] : [{ kind: "domain" as const, domain }]),
    ...(sender === undefined ? [] : [{ kind: "sender" as const, sender: sender === "<>" ? "" : sender }]),
  ];
}

/** How far a change of the queue has got, whose end nobody knows before. */
export function lookedAt(progress: Progress): (seen: number) => void {
  return (seen) => progress(0, `${seen} recipients looked at`);
}

/** held: by an administrator. scheduled: its sender has asked for a later time. */
export type RecipientState = "under way" | "held" | "scheduled" | "waiting";

export function stateOf(row: DeskRow, desk: QueueDesk): RecipientState {
  if (desk.isUnderWay(row)) return "under way";
  if (row.held === 1) return "held";
  return row.releaseAtMs === null ? "waiting" : "scheduled";
}

export function recipientData(row: DeskRow, desk: QueueDesk): { readonly [name: string]: Json } {
  return {
    recipient: row.address,
    route: row.route,
    state: stateOf(row, desk),
    attempts: row.attempts,
    lastAttempt: row.lastAttemptAtMs === null ? null : isoTime(row.lastAttemptAtMs),
    nextAttempt: row.held === 1 ? null : isoTime(row.releaseAtMs ?? row.nextAttemptAtMs),
    lastReply: row.lastReply,
  };
}

export function letterData({ name, sender, size, queuedAtMs }: DeskRow): { readonly [name: string]: Json } {
  return { id: name, sender, bytes: size, queued: isoTime(queuedAtMs) };
}

export function listTable(rows: readonly DeskRow[], desk: QueueDesk): string {
  return textTable(
    ["ID", "Queued", "Size", "Sender", "Recipient", "Attempts", "Next attempt", "Last reply"],
    rows.map((row) => [
      row.name,
      shortTime(row.queuedAtMs),
      formatSize(row.size),
      senderText(row.sender),
      plain(row.address),
      String(row.attempts),
      nextText(row, desk),
      shortened(plain(row.lastReply ?? "-")),
    ]),
  );
}

export function recipientTable(rows: readonly DeskRow[], desk: QueueDesk): string {
  return textTable(
    ["Recipient", "Route", "Attempts", "Last attempt", "Next attempt", "Last reply"],
    rows.map((row) => [
      plain(row.address),
      row.route,
      String(row.attempts),
      row.lastAttemptAtMs === null ? "-" : shortTime(row.lastAttemptAtMs),
      nextText(row, desk),
      plain(row.lastReply ?? "-"),
    ]),
  );
}

function nextText(row: DeskRow, desk: QueueDesk): string {
  const state = stateOf(row, desk);
  if (state === "scheduled") return `scheduled for ${shortTime(row.releaseAtMs ?? 0)}`;
  return state === "waiting" ? shortTime(row.nextAttemptAtMs) : state;
}

export function senderText(sender: string): string {
  return sender === "" ? "<>" : plain(sender);
}

/** What others have written must not steer a terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** 2026-11-25 08:30:00Z */
export function shortTime(ms: number): string {
  return isoTime(ms)
    .replace(/\.\d+Z$/, "Z")
    .replace("T", " ");
}

function shortened(text: string): string {
  const max = 60;
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

/** "one recipient", "no recipients", "17 recipients" */
export function recipients(count: number): string {
  return count === 1 ? "one recipient" : `${count === 0 ? "no" : count} recipients`;
}

/** What a worker had in its hands at the moment of asking. */
export function underWayText({ underWay }: DeskResult, what: string): string {
  if (underWay === 0) return "";
  const many = underWay === 1 ? "One recipient was" : `${underWay} recipients were`;
  return `${many} being delivered to at that moment: ${what}\n`;
}

export function resultData(result: DeskResult): { readonly [name: string]: Json } {
  return { recipients: result.rows, underWay: result.underWay, held: result.held, scheduled: result.scheduled };
}
