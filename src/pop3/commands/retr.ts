// RETR (RFC 1939 5): a message, byte for byte as it came, with its dots stuffed. It marks nothing as seen: POP3 knows
// no flags, and whoever reads the same mailbox over IMAP keeps theirs.

import { command } from "../command.ts";
import { messageChunks, wholeMessage } from "../message-chunks.ts";
import { answered, okLine, said } from "../reply.ts";
import { DotStuffer, stuffedWhole } from "../wire/dot-stuffing.ts";
import { parseMessageNumber } from "../wire/request.ts";
import { unlessThere } from "./numbered.ts";

export const retr = command({
  name: "RETR",
  states: ["transaction"],
  parse: (argument) => parseMessageNumber(argument?.trim() ?? ""),
  async *run(session, number) {
    const refused = unlessThere(session, number);
    if (refused !== null) return refused;
    const body = await session.maildrop.body(number);
    const whole = await wholeMessage(body, session.text);
    if (whole !== null) {
      const opening = okLine(session, (say) => say.message(body.size));
      return said(session, [opening, ...stuffedWhole(whole)]);
    }
    const stuffer = new DotStuffer();
    let opened = false;
    for await (const chunk of messageChunks(body, session.text)) {
      // Only now: until the first bytes are there, -ERR can still be said.
      if (!opened) yield okLine(session, (say) => say.message(body.size));
      opened = true;
      yield stuffer.push(chunk);
    }
    if (!opened) yield okLine(session, (say) => say.message(body.size));
    yield stuffer.end();
    return answered(session);
  },
});
