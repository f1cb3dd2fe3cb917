// account remove: the directory first, so that nobody logs in to an account whose mail is going.

import { flag, good, positional, verb } from "../verb.ts";

export const accountRemove = verb({
  name: "account remove",
  summary: "remove an account and all its mail, for good",
  details: "Its mail cannot be recovered; `account disable` keeps it. Its aliases go with it, and what it shared.",
  parameters: [
    positional("address", "ADDRESS", "the account's address"),
    flag("yes", "do not ask, even at a terminal"),
  ],
  examples: ["account remove asha@example.org --yes"],
  question: ({ address }) => `Remove ${String(address)} and all its mail for good?`,
  parse: (given) => given.text("address"),
  run: async ({ directory, mail, sharing, endSessions }, address) => {
    const account = await directory.accountAt(address);
    await directory.removeAccount(account.id);
    endSessions(account.id, "the account has been removed");
    await sharing.forget(account.id);
    await mail.remove(account.id);
    return good({ address: account.address }, `${account.address} and its mail are gone.\n`);
  },
});
