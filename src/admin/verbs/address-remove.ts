// address remove: an alias or a catch-all; a primary address goes with its account.

import { good, positional, verb } from "../verb.ts";

export const addressRemove = verb({
  name: "address remove",
  summary: "take an alias or a catch-all away",
  parameters: [positional("address", "ADDRESS", "the alias, or @DOMAIN for the catch-all")],
  examples: ["address remove post@example.org", "address remove @example.org"],
  parse: (given) => given.text("address"),
  run: async ({ directory }, address) => {
    await directory.removeAddress(address);
    return good({ address }, `${address} is nobody's now.\n`);
  },
});
