// account add: the mail first and the directory last, so that nobody can log in to half an account.

import type { Entropy } from "../../base/clock.ts";
import type { Account } from "../../directory/directory.ts";
import { accountData } from "../account-facts.ts";
import { newPassword, passwordParameters } from "../new-password.ts";
import { type Arguments, flag, good, option, positional, UsageFault, verb } from "../verb.ts";

export const accountAdd = verb({
  name: "account add",
  summary: "make an account",
  details: "The address is also the user name. The domain must be served already (`dakghar domain add`).",
  parameters: [
    positional("address", "ADDRESS", "the account's primary address"),
    option("name", "TEXT", "the name of the person or thing it is for"),
    flag("shared", "nobody's own: nobody logs in to it, and `dakghar share grant` lets people work in it"),
    ...passwordParameters,
  ],
  examples: [
    "account add asha@example.org --name 'Asha Roy'",
    "account add asha@example.org --generate-password --json",
    "account add asha@example.org --password-stdin < password.txt",
    "account add info@example.org --shared",
  ],
  parse: (given) => ({ address: given.text("address"), name: given.optional("name") ?? "", given }),
  run: async (
    { directory, mail, entropy },
    { address, name, given }: { address: string; name: string; given: Arguments },
  ) => {
    const { password, generated } = passwordOf(given, entropy);
    await directory.requireFree(address);
    const id = directory.newAccountId();
    await mail.create(id);
    try {
      const account = await directory.addAccount({ id, address, displayName: name, password });
      const data = accountData(account, []);
      return good(
        generated === undefined ? data : { ...data, password: generated },
        `The account ${account.address} is made.\n${nextStep(account, generated)}`,
      );
    } catch (error) {
      await mail.remove(id);
      throw error;
    }
  },
});

/** Null for an account that nobody logs in to. */
function passwordOf(
  given: Arguments,
  entropy: Entropy,
): { readonly password: string | null; readonly generated: string | undefined } {
  if (given.flag("shared") === "absent") return newPassword(given, entropy);
  if (given.optional("password") !== undefined || given.flag("generate-password") === "given")
    throw new UsageFault("A shared account has no password: nobody logs in to it.");
  return { password: null, generated: undefined };
}

function nextStep({ address, shared }: Account, generated: string | undefined): string {
  if (shared) return `Let people work in it: dakghar share grant ${address} ADDRESS\n`;
  return generated === undefined ? "" : `Its password: ${generated}\n`;
}
