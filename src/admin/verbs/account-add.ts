// account add: the mail first and the directory last, so that nobody can log in to half an account.

import { accountData } from "../account-facts.ts";
import { newPassword, passwordParameters } from "../new-password.ts";
import { type Arguments, good, option, positional, verb } from "../verb.ts";

export const accountAdd = verb({
  name: "account add",
  summary: "make an account",
  details: "The address is also the user name. The domain must be served already (`dakghar domain add`).",
  parameters: [
    positional("address", "ADDRESS", "the account's primary address"),
    option("name", "TEXT", "the name of the person or thing it is for"),
    ...passwordParameters,
  ],
  examples: [
    "account add asha@example.org --name 'Asha Roy'",
    "account add asha@example.org --generate-password --json",
    "account add asha@example.org --password-stdin < password.txt",
  ],
  parse: (given) => ({ address: given.text("address"), name: given.optional("name") ?? "", given }),
  run: async (
    { directory, mail, entropy },
    { address, name, given }: { address: string; name: string; given: Arguments },
  ) => {
    const { password, generated } = newPassword(given, entropy);
    await directory.requireFree(address);
    const id = directory.newAccountId();
    await mail.create(id);
    try {
      const account = await directory.addAccount({ id, address, displayName: name, password });
      const data = accountData(account, []);
      return good(
        generated === undefined ? data : { ...data, password: generated },
        `The account ${account.address} is made.\n${generated === undefined ? "" : `Its password: ${generated}\n`}`,
      );
    } catch (error) {
      await mail.remove(id);
      throw error;
    }
  },
});
