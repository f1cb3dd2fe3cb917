// DELETE (RFC 9051 6.3.5). A mailbox with others below it loses its messages and stays as a name.

import { afterLogin, command } from "../command.ts";
import { ok } from "../completion.ts";
import { readOnlyMailbox } from "../wire/mailbox-argument.ts";

export const deleteMailbox = command({
  name: "DELETE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readOnlyMailbox,
  async run({ mail }, name) {
    await mail.remove(name);
    return ok("DELETE completed");
  },
});
