// UTF8 (RFC 6856 2): from here on messages go out as they are stored, whatever script their headers are in.

import { command } from "../command.ts";
import { ok } from "../reply.ts";
import { noArgument } from "../wire/request.ts";

export const utf8 = command({
  name: "UTF8",
  states: ["authorization"],
  parse: noArgument,
  // RFC 6856 2.2: USER says that names and passwords may be UTF-8.
  capability: () => "UTF8 USER",
  // oxlint-disable-next-line require-yield -- one status line is the whole answer
  async *run(session) {
    return ok({ ...session, text: "utf-8" }, (say) => say.utf8On);
  },
});
