// What has changed since the client heard last, as untagged replies: told at the end of each command, at once in IDLE, and
// between commands to a client that has asked for it by NOTIFY (RFC 5465), which then decides everywhere what is told.

import { tellArrivals } from "./arrivals.ts";
import type { Command, Dialogue, Progress } from "./command.ts";
import { tellNews } from "./news.ts";
import type { Authenticated, Selected, Session } from "./session.ts";
import type { CommandHead } from "./wire/command-head.ts";

/**
 * Whether expunges are told: not while numbers must hold (RFC 9051 7.5.1). "own": the command itself has expunged, which is
 * told whatever NOTIFY says.
 */
export type ExpungesNow = "tell" | "keep" | "own";

/** Whether the client is told of news between its commands (RFC 5465). */
export function hasNotifier(session: Session): boolean {
  return session.state !== "not-authenticated" && session.features.notifier !== null;
}

/** Which expunges may be told at the end of a command. */
export function expungesAfter(command: Command | undefined, { numbering }: CommandHead): ExpungesNow {
  if (command?.expunges === "its-own") return "own";
  return command?.expunges === "keep-while-numbered" && numbering === "seq" ? "keep" : "tell";
}

type Telling = Pick<Dialogue, "out" | "signal">;

/** Whether there may be something to tell; asked after each command. */
export function mayHaveChanged(session: Authenticated | Selected): boolean {
  const { notifier, metadataNews } = session.features;
  if (notifier?.areThere === true || metadataNews?.areThere === true) return true;
  return session.state === "selected" && (session.mailbox.hasNews || session.contexts.areThere);
}

export async function* tellChanges(
  session: Authenticated | Selected,
  expunges: ExpungesNow,
  telling: Telling,
): AsyncGenerator<Progress, void> {
  const { notifier, metadataNews } = session.features;
  if (session.state === "selected") yield* tellMailbox(session, expunges, telling);
  if (notifier === null) await metadataNews?.tell(telling.out);
  else {
    // RFC 5465 3.1: NOTIFY says what the client listens for.
    metadataNews?.forget();
    yield* notifier.tell(session, telling.out);
  }
}

/** RFC 5465 3.1: NOTIFY SET returns "any accumulated changes to the currently selected mailbox", wanted from now on or not. */
export async function* tellAccumulated(session: Selected, telling: Telling): AsyncGenerator<Progress, void> {
  const arrived = yield* tellNews(session, { expunges: "tell", flags: "told" }, telling.out);
  if (arrived > 0 || session.contexts.areThere) yield* tellArrivals(session, { arrived, fetch: null }, telling);
}

async function* tellMailbox(
  session: Selected,
  expunges: ExpungesNow,
  telling: Telling,
): AsyncGenerator<Progress, void> {
  const { notifier } = session.features;
  const wanted = notifier === null ? everything : notifier.selected;
  // RFC 5465 3.1: without SELECTED "the client doesn't want to receive any <message-event>s for the currently selected
  // mailbox": its picture of it stays as it is.
  if (wanted === null && expunges !== "own") return;
  const { flags, fetch } = wanted ?? onlyCounts;
  const arrived = yield* tellNews(session, { expunges: expunges === "keep" ? "keep" : "tell", flags }, telling.out);
  if (arrived > 0 || session.contexts.areThere) yield* tellArrivals(session, { arrived, fetch }, telling);
}

const everything = { flags: "told", fetch: null } as const;
const onlyCounts = { flags: "not-asked", fetch: null } as const;
