// GETMETADATA and SETMETADATA (RFC 5464 4.2, 4.3). Entries below /private and /shared are kept alike: all who log in to the
// account are one user.

import { afterLogin, command } from "../command.ts";
import { no, ok } from "../completion.ts";
import { chooseEntries } from "../metadata-entries.ts";
import { specialUseEntry, withSpecialUse } from "../special-use-entry.ts";
import { readGetMetadata, readSetMetadata, writeMetadata } from "../wire/metadata.ts";

export const getMetadata = command({
  name: "GETMETADATA",
  states: afterLogin,
  numbering: ["seq"],
  parse: readGetMetadata,
  async run({ mail }, args, { out }) {
    const mailbox = args.mailbox === null ? null : await mail.find(args.mailbox);
    const kept = await mail.metadata(mailbox?.id ?? null);
    const { values, longestBytes } = chooseEntries(mailbox === null ? kept : withSpecialUse(kept, mailbox), args);
    if (values.length > 0) writeMetadata(out, args.mailbox, values);
    // RFC 5464 4.2.1: LONGENTRIES tells the size of the biggest value that was left out because of MAXSIZE.
    return ok("GETMETADATA completed", longestBytes === null ? null : `METADATA LONGENTRIES ${longestBytes}`);
  },
});

/** Of the server (RFC 5464 6.2.2): "This entry is always read-only". It is not there. */
const administratorEntry = "/shared/admin";

export const setMetadata = command({
  name: "SETMETADATA",
  states: afterLogin,
  numbering: ["seq"],
  parse: readSetMetadata,
  async run({ mail }, { mailbox, changes }) {
    const owner = mailbox === null ? null : (await mail.find(mailbox)).id;
    if (changes.some(({ name }) => name === (owner === null ? administratorEntry : specialUseEntry)))
      return no("This entry cannot be changed", "CANNOT");
    await mail.changeMetadata(owner, changes);
    return ok("SETMETADATA completed");
  },
});
