// account show: one account, with how much mail it holds, and may hold.

import { accountData, accountText, quotaData, quotaText } from "../account-facts.ts";
import { good, positional, verb } from "../verb.ts";

export const accountShow = verb({
  name: "account show",
  summary: "show one account",
  parameters: [positional("address", "ADDRESS", "any address of the account")],
  examples: ["account show asha@example.org"],
  parse: (given) => given.text("address"),
  run: async ({ directory, mail }, address) => {
    const account = await directory.accountAt(address);
    const addresses = await directory.addresses(account.id);
    using opened = await mail.open(account.id);
    const quota = await opened.quota();
    return good(
      { ...accountData(account, addresses), ...quotaData(quota) },
      `${accountText(account, addresses)}${quotaText(quota)}`,
    );
  },
});
