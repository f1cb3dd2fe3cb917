// IDLE (RFC 9051 6.3.13, RFC 2177): news is told as it happens, until the client says DONE. The command only begins it: what
// an idle client holds of the server should be little, so the conversation itself waits (src/imap/idling.ts).

import { afterLogin, command, readNothing } from "../command.ts";
import { bad, type Completion, ok } from "../completion.ts";

export const idle = command({
  name: "IDLE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readNothing,
  run: async () => ({ ...ok("IDLE completed"), next: { kind: "idle" } }),
});

/** What the client's next line means. */
export function afterIdle(line: Uint8Array): Completion {
  const isDone = String.fromCharCode(...line.subarray(0, 5)).toUpperCase() === "DONE";
  return isDone ? ok("IDLE completed") : bad("Expected DONE");
}
