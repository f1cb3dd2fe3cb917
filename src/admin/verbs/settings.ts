// settings: the table that a help page shows.

import { settingsData, settingsTable } from "../settings-table.ts";
import { good, positional, verb } from "../verb.ts";

export const settings = verb({
  name: "settings",
  summary: "print what to type into a mail program",
  parameters: [positional("address", "ADDRESS", "any address of the account")],
  examples: ["settings asha@example.org", "settings asha@example.org --json"],
  parse: (given) => given.text("address"),
  run: async ({ directory, endpoints }, address) => {
    const { address: user } = await directory.accountAt(address);
    const facts = { user, password: "your password", endpoints };
    return good(settingsData(facts), settingsTable(facts));
  },
});
