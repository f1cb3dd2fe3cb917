// RFC 5465 3.1: NOTIFY "permits and requires the server to send information about updates between commands".

import type { Authenticated, Selected, Session } from "../session.ts";
import type { ExpungesNow } from "../tell-changes.ts";
import { Waiter } from "../waiter.ts";

export interface Teller {
  /** Tells what has changed and sends it. */
  tell(session: Authenticated | Selected, expunges: ExpungesNow): Promise<void>;
  /** What was to be told is lost. Throws what ends the conversation. */
  failed(error: unknown): void;
}

/** Resolves at the end of a notice, once the client has said something: its command waits for that. */
export async function notifyUntil(session: Session, reading: Promise<unknown>, teller: Teller): Promise<void> {
  if (session.state === "not-authenticated" || session.features.notifier === null) return;
  const { notifier } = session.features;
  const waiter = new Waiter();
  reading.then(waiter.end, waiter.end);
  using _notified = notifier.onNews(waiter.wake);
  using _listening =
    session.state === "selected" && notifier.selected !== null ? session.mailbox.onNews(waiter.wake) : null;
  for (;;) {
    await waiter.next();
    if (waiter.ended) return;
    try {
      // RFC 5465 6.1.2: with SELECTED-DELAYED expunges wait for a command that may hear of them.
      await teller.tell(session, notifier.selected?.expunges === "now" ? "tell" : "keep");
    } catch (error) {
      teller.failed(error);
      // What could not be told is lost.
      notifier.giveUp();
    }
  }
}
