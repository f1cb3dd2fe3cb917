// IDLE (RFC 9051 6.3.13, RFC 2177): news is told as it happens, until the client says DONE.

import { imapLineBytesMax } from "../../base/limits.ts";
import { afterLogin, command, type Dialogue, type LongReply, readNothing } from "../command.ts";
import { bad, ok } from "../completion.ts";
import type { Authenticated, Selected } from "../session.ts";
import { tellChanges } from "../tell-changes.ts";
import { Waiter } from "../waiter.ts";
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
  const { metadataNews, notifier } = session.features;
  if (session.state === "selected" || metadataNews !== null || notifier !== null) {
    using _listening = session.state === "selected" ? session.mailbox.onNews(waiter.wake) : null;
    using _hearing = metadataNews?.onNews(waiter.wake);
    using _notified = notifier?.onNews(waiter.wake);
    const ended = done.then(waiter.end, waiter.end);
    while (!waiter.ended) {
      // RFC 5465 4: "the server MUST send exactly the same events as instructed by the client using the NOTIFY command".
      yield* tellChanges(session, "tell", dialogue);
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
