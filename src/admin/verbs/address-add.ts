// address add: an alias, or with @domain the catch-all.

import { good, positional, verb } from "../verb.ts";

export const addressAdd = verb({
  name: "address add",
  summary: "give an account another address",
  details:
    "Mail to the address goes to the account, which may also send under it. `@example.org` is the catch-all: whatever in the domain is nobody's. Tags need no address: mail to asha+shop@ goes to asha@.",
  parameters: [
    positional("address", "ADDRESS", "the new address, or @DOMAIN for all that is nobody's"),
    positional("account", "ACCOUNT", "any address of the account that gets it"),
  ],
  examples: ["address add post@example.org asha@example.org", "address add @example.org asha@example.org"],
  parse: (given) => ({ address: given.text("address"), to: given.text("account") }),
  run: async ({ directory }, { address, to }) => {
    const account = await directory.accountAt(to);
    const added = await directory.addAddress(address, account.id);
    return good(
      { address: added.address, kind: added.kind, account: account.address },
      added.kind === "catch-all"
        ? `Whatever comes to ${added.address} and is nobody's goes to ${account.address}.\n`
        : `${added.address} goes to ${account.address}.\n`,
    );
  },
});
