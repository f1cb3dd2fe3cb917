// account passwd: counts at once, for each log-in from now on.

import { newPassword, passwordParameters } from "../new-password.ts";
import { type Arguments, good, positional, verb } from "../verb.ts";

export const accountPasswd = verb({
  name: "account passwd",
  summary: "set an account's password",
  details: "It counts at once: who is logged in is logged out.",
  parameters: [positional("address", "ADDRESS", "any address of the account"), ...passwordParameters],
  examples: ["account passwd asha@example.org", "account passwd asha@example.org --password-stdin < password.txt"],
  parse: (given) => ({ address: given.text("address"), given }),
  run: async ({ directory, entropy, endSessions }, { address, given }: { address: string; given: Arguments }) => {
    const account = await directory.accountAt(address);
    const { password, generated } = newPassword(given, entropy);
    await directory.setPassword(account.id, password);
    endSessions(account.id, "the password has been changed");
    return good(
      { address: account.address, ...(generated === undefined ? {} : { password: generated }) },
      `${account.address} has a new password${generated === undefined ? "" : `: ${generated}`}\n`,
    );
  },
});
