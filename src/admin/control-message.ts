// What goes over the control socket: one JSON value a line, in UTF-8. The client asks with a request; the server answers
// with any number of progress messages, then one outcome or one fault. What cannot be read is answered with a fault.

import type { Given, Outcome } from "./verb.ts";

export interface ControlRequest {
  readonly verb: string;
  readonly given: Given;
}

/** "refused" by a service, "usage" for arguments that make no sense, "unreadable" for no request at all, "broken" for a bug. */
export type FaultKind = "refused" | "usage" | "unreadable" | "broken";

export interface ControlFault {
  readonly kind: FaultKind;
  /** For people. */
  readonly text: string;
  /** The kind of problem, for scripts, when a service refused. */
  readonly problem: string | undefined;
}

export type ControlAnswer =
  | { readonly progress: { readonly share: number; readonly what: string } }
  | { readonly outcome: Outcome }
  | { readonly fault: ControlFault };

/** A request, or undefined for anything else. */
export function readRequest(line: string): ControlRequest | undefined {
  const value = parseJson(line);
  if (!isRecord(value)) return undefined;
  const verb = value["verb"];
  const given = value["given"] ?? {};
  if (typeof verb !== "string" || !isRecord(given)) return undefined;
  const entries = Object.entries(given).map(([name, argument]) => {
    return typeof argument === "string" || argument === true ? ([name, argument] as const) : undefined;
  });
  if (entries.some((entry) => entry === undefined)) return undefined;
  return { verb, given: Object.fromEntries(entries.filter((entry) => entry !== undefined)) };
}

/** An answer that this program's server wrote, of the same version or a newer one; undefined for anything else. */
export function readAnswer(line: string): ControlAnswer | undefined {
  const value = parseJson(line);
  if (!isRecord(value)) return undefined;
  const { progress, outcome, fault } = value;
  if (isRecord(progress)) return { progress: { share: Number(progress["share"]), what: String(progress["what"]) } };
  if (isRecord(outcome)) {
    const verdict = outcome["verdict"] === "problem" ? "problem" : "good";
    // oxlint-disable-next-line no-unsafe-type-assertion -- what JSON.parse gives is JSON
    return { outcome: { data: outcome["data"] as Outcome["data"], text: String(outcome["text"]), verdict } };
  }
  if (!isRecord(fault)) return undefined;
  const kind = (["refused", "usage", "unreadable"] as const).find((known) => known === fault["kind"]) ?? "broken";
  const problem = typeof fault["problem"] === "string" ? fault["problem"] : undefined;
  return { fault: { kind, text: String(fault["text"]), problem } };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
