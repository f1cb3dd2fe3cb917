// TOP (RFC 1939 7): the header and so many lines of the body. RFC 6858 4: of a surrogate, they are the surrogate's.

import { command } from "../command.ts";
import { messageChunks } from "../message-chunks.ts";
import { answered, okLine } from "../reply.ts";
import { DotStuffer } from "../wire/dot-stuffing.ts";
import { parseMessageNumber } from "../wire/request.ts";
import { TopLines } from "../wire/top-lines.ts";
import { unlessThere } from "./numbered.ts";

export const top = command({
  name: "TOP",
  states: ["transaction"],
  parse: parseTop,
  capability: () => "TOP",
  async *run(session, { number, lines }) {
    const refused = unlessThere(session, number);
    if (refused !== null) return refused;
    const body = await session.maildrop.body(number);
    const wanted = new TopLines(lines);
    const stuffer = new DotStuffer();
    let opened = false;
    for await (const chunk of messageChunks(body, session.text)) {
      if (!opened) yield okLine(session, (say) => say.top(lines));
      opened = true;
      yield stuffer.push(wanted.push(chunk));
      if (wanted.done) break;
    }
    if (!opened) yield okLine(session, (say) => say.top(lines));
    yield stuffer.end();
    return answered(session);
  },
});

/** "a message-number (required) ... and a non-negative number of lines (required)". */
function parseTop(argument: string | null): { number: number; lines: number } | null {
  const words = argument?.trim().split(/ +/) ?? [];
  const [first = "", second = ""] = words;
  const number = parseMessageNumber(first);
  if (words.length !== 2 || number === null || !/^[0-9]{1,10}$/.test(second)) return null;
  return { number, lines: Number(second) };
}
