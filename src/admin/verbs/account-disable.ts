// account disable: nobody logs in; mail still comes in.

import { good, positional, verb } from "../verb.ts";

export const accountDisable = verb({
  name: "account disable",
  summary: "let nobody log in to an account",
  details: "Mail for it is still taken, so that nothing is lost. Who is logged in is logged out.",
  parameters: [positional("address", "ADDRESS", "any address of the account")],
  examples: ["account disable asha@example.org"],
  parse: (given) => given.text("address"),
  run: async ({ directory, endSessions }, address) => {
    const { id } = await directory.accountAt(address);
    const account = await directory.changeAccount(id, { disabled: true });
    endSessions(id, "the account has been disabled");
    return good({ address: account.address, disabled: true }, `Nobody can log in to ${account.address} now.\n`);
  },
});
