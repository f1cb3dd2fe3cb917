// RENAME (RFC 9051 6.3.6): with all that lies below; of INBOX it moves the messages and leaves INBOX empty.

import { afterLogin, command } from "../command.ts";
import { ok } from "../completion.ts";
import { readRename } from "../wire/mailbox-argument.ts";

export const rename = command({
  name: "RENAME",
  states: afterLogin,
  numbering: ["seq"],
  parse: readRename,
  async run({ mail }, { from, to }) {
    await mail.rename(from, to);
    return ok("RENAME completed");
  },
});
