// account enable: undoes account disable.

import { good, positional, verb } from "../verb.ts";

export const accountEnable = verb({
  name: "account enable",
  summary: "let people log in to an account again",
  parameters: [positional("address", "ADDRESS", "any address of the account")],
  examples: ["account enable asha@example.org"],
  parse: (given) => given.text("address"),
  run: async ({ directory }, address) => {
    const { id } = await directory.accountAt(address);
    const account = await directory.changeAccount(id, { disabled: false });
    return good({ address: account.address, disabled: false }, `${account.address} can log in again.\n`);
  },
});
