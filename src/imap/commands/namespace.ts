// NAMESPACE (RFC 9051 6.3.10, RFC 2342): one's own mailboxes without a prefix, those of other users, and those of accounts that are
// nobody's own.

import { otherUsersRoot, sharedRoot } from "../../mailbox/sharing/foreign-names.ts";
import { hierarchySeparator } from "../../model/mailbox-name.ts";
import { afterLogin, command, readNothing } from "../command.ts";
import { ok } from "../completion.ts";
import { writeNamespace } from "../wire/status-response.ts";

export const namespace = command({
  name: "NAMESPACE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readNothing,
  async run(_session, _args, { out }) {
    const below = (root: string): string => root + hierarchySeparator;
    writeNamespace(out, [[""], [below(otherUsersRoot)], [below(sharedRoot)]]);
    return ok("NAMESPACE completed");
  },
});
