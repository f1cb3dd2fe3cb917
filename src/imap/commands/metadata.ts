// GETMETADATA and SETMETADATA (RFC 5464 4.2, 4.3). Entries below /private and /shared are kept alike: all who log in to the
// account are one user.

import { afterLogin, command } from "../command.ts";
import { ok } from "../completion.ts";
import { chooseEntries } from "../metadata-entries.ts";
import { readGetMetadata, readSetMetadata, writeMetadata } from "../wire/metadata.ts";

export const getMetadata = command({
  name: "GETMETADATA",
  states: afterLogin,
  numbering: ["seq"],
  parse: readGetMetadata,
  async run({ mail }, args, { out }) {
    const owner = args.mailbox === null ? null : (await mail.find(args.mailbox)).id;
    const { values, longestBytes } = chooseEntries(await mail.metadata(owner), args);
    if (values.length > 0) writeMetadata(out, args.mailbox, values);
    // RFC 5464 4.2.1: LONGENTRIES tells the size of the biggest value that was left out because of MAXSIZE.
    return ok("GETMETADATA completed", longestBytes === null ? null : `METADATA LONGENTRIES ${longestBytes}`);
  },
});

export const setMetadata = command({
  name: "SETMETADATA",
  states: afterLogin,
  numbering: ["seq"],
  parse: readSetMetadata,
  async run({ mail }, { mailbox, changes }) {
    const owner = mailbox === null ? null : (await mail.find(mailbox)).id;
    await mail.changeMetadata(owner, changes);
    return ok("SETMETADATA completed");
  },
});
