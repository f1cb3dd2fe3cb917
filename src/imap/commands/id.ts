// ID (RFC 2971). What the client says of itself is not kept; it decides what the client is shown (src/imap/quirks/).

import { anyState, command } from "../command.ts";
import { ok } from "../completion.ts";
import { hiddenFrom } from "../quirks/hidden-from.ts";
import { readId } from "../wire/id-args.ts";
import { writeId } from "../wire/status-response.ts";

/** A version would tell a stranger what to try. */
const serverId = new Map([["name", "Dakghar"]]);

export const id = command({
  name: "ID",
  states: anyState,
  numbering: ["seq"],
  parse: readId,
  async run({ features }, client, { out }) {
    features.withheld.hide(hiddenFrom(client));
    writeId(out, serverId);
    return ok("ID completed");
  },
});
