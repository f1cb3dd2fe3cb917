// IDLE (RFC 9051 6.3.13, RFC 2177): news is told as it happens, until the client says DONE.

import { imapLineBytesMax } from "../../base/limits.ts";
import { afterLogin, command, type Dialogue, type LongReply, readNothing } from "../command.ts";
import { bad, ok } from "../completion.ts";
import { tellNews } from "../news.ts";
import type { Authenticated, Selected } from "../session.ts";
import { writeContinuation } from "../wire/status-response.ts";

export const idle = command({
  name: "IDLE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readNothing,
  run: (session, _, dialogue) => wait(session, dialogue),
});

async function* wait(session: Authenticated | Selected, dialogue: Dialogue): LongReply {
  writeContinuation(dialogue.out, "idling");
  const waiter = new Waiter();
  const done = dialogue.readLine(imapLineBytesMax).then(isDone).finally(waiter.wake);
  // The generator waits for it in the end; until then nobody does.
  done.catch(() => undefined);
  const { metadataNews } = session.features;
  if (session.state === "selected" || metadataNews !== null) {
    using _listening = session.state === "selected" ? session.mailbox.onNews(waiter.wake) : null;
    using _hearing = metadataNews?.onNews(waiter.wake);
    const ended = done.then(waiter.end, waiter.end);
    while (!waiter.ended) {
      if (session.state === "selected") {
        for (const step of tellNews(session, "tell", dialogue.out)) yield step;
        if (session.contexts.areThere) await session.contexts.follow(session.mailbox, dialogue.out, dialogue.signal);
      }
      await metadataNews?.tell(dialogue.out);
      yield "send-now";
      await waiter.next();
    }
    await ended;
  }
  return (await done) ? ok("IDLE completed") : bad("Expected DONE");
}

function isDone(line: Uint8Array): boolean {
  return String.fromCharCode(...line.subarray(0, 5)).toUpperCase() === "DONE";
}

/** Wakes one who waits; a wake that comes before the wait is not lost. */
class Waiter {
  ended = false;
  #woken = false;
  #resolve: (() => void) | null = null;

  readonly wake = (): void => {
    this.#woken = true;
    this.#resolve?.();
    this.#resolve = null;
  };

  readonly end = (): void => {
    this.ended = true;
    this.wake();
  };

  next(): Promise<void> {
    if (this.#woken) {
      this.#woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#resolve = () => {
        this.#woken = false;
        resolve();
      };
    });
  }
}
