// CREATE (RFC 9051 6.3.4) with a special use (RFC 6154 3); the completion names the MAILBOXID (RFC 8474 4.1).

import type { MailboxRole } from "../../model/mailbox.ts";
import { inboxName } from "../../model/mailbox-name.ts";
import { refuse } from "../../model/problem.ts";
import { afterLogin, command } from "../command.ts";
import { no, ok } from "../completion.ts";
import { mailboxIdText } from "../object-ids.ts";
import { readCreate } from "../wire/create-args.ts";
import { mailboxIdCode } from "../wire/response-code.ts";
import { roleOfSpecialUse } from "../wire/special-use.ts";

export const create = command({
  name: "CREATE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readCreate,
  async run({ mail }, { mailbox, use }) {
    // RFC 9051 6.3.4: "It is an error to attempt to create INBOX".
    if (mailbox === inboxName) throw refuse({ kind: "mailbox-exists" });
    const role = roleOf(use);
    // RFC 6154 3: USEATTR for an attribute that is unknown, or cannot be had together with another.
    if (role === "unsupported") return no("This use cannot be given to a mailbox", "USEATTR");
    const made = await mail.create(mailbox, role);
    return ok("CREATE completed", mailboxIdCode(mailboxIdText(made)));
  },
});

/** A mailbox has one role at the most. */
function roleOf(use: readonly string[]): MailboxRole | undefined | "unsupported" {
  if (use.length === 0) return undefined;
  const roles = new Set(use.map(roleOfSpecialUse));
  const [role] = roles;
  return roles.size === 1 && role !== undefined ? role : "unsupported";
}
