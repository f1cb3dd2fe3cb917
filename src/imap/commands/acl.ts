// SETACL, DELETEACL, GETACL, LISTRIGHTS and MYRIGHTS (RFC 4314 3). An identifier is the primary address of an account, or "anyone".

import { noRights } from "../../model/rights.ts";
import { afterLogin, command } from "../command.ts";
import { ok } from "../completion.ts";
import { readIdentified, readSetAcl, writeAcl, writeListRights, writeMyRights } from "../wire/acl.ts";
import { readOnlyMailbox } from "../wire/mailbox-argument.ts";

export const setAcl = command({
  name: "SETACL",
  states: afterLogin,
  numbering: ["seq"],
  parse: readSetAcl,
  async run({ mail }, { mailbox, identifier, how, rights }) {
    await mail.changeAcl(mailbox, { identifier, how, rights });
    return ok("SETACL completed");
  },
});

export const deleteAcl = command({
  name: "DELETEACL",
  states: afterLogin,
  numbering: ["seq"],
  parse: readIdentified,
  async run({ mail }, { mailbox, identifier }) {
    await mail.changeAcl(mailbox, { identifier, how: "replace", rights: noRights });
    return ok("DELETEACL completed");
  },
});

export const getAcl = command({
  name: "GETACL",
  states: afterLogin,
  numbering: ["seq"],
  parse: readOnlyMailbox,
  async run({ mail }, mailbox, { out }) {
    writeAcl(out, mailbox, await mail.acl(mailbox));
    return ok("GETACL completed");
  },
});

export const listRights = command({
  name: "LISTRIGHTS",
  states: afterLogin,
  numbering: ["seq"],
  parse: readIdentified,
  async run({ mail }, args, { out }) {
    writeListRights(out, args, await mail.grantable(args.mailbox, args.identifier));
    return ok("LISTRIGHTS completed");
  },
});

export const myRights = command({
  name: "MYRIGHTS",
  states: afterLogin,
  numbering: ["seq"],
  parse: readOnlyMailbox,
  async run({ mail }, mailbox, { out }) {
    writeMyRights(out, mailbox, await mail.myRights(mailbox));
    return ok("MYRIGHTS completed");
  },
});
