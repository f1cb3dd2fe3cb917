// account set: how an account wants to be served.

import type { Account, AccountSettings, Pop3Deletion } from "../../directory/directory.ts";
import { accountData, accountText } from "../account-facts.ts";
import { type Arguments, good, option, positional, UsageFault, verb } from "../verb.ts";

export const accountSet = verb({
  name: "account set",
  summary: "change an account's settings",
  parameters: [
    positional("address", "ADDRESS", "any address of the account"),
    option("name", "TEXT", "the name of the person or thing it is for"),
    option("pop3-deletion", "expunge|trash", "what deleting over POP3 does: remove the message, or move it to Trash"),
    option("copy-sent", "yes|no", "file a copy of what is sent in Sent, for mail programs that do not"),
  ],
  examples: ["account set asha@example.org --pop3-deletion trash", "account set asha@example.org --copy-sent yes"],
  parse: (given) => ({ address: given.text("address"), changes: changesOf(given) }),
  run: async ({ directory }, { address, changes }) => {
    const { id } = await directory.accountAt(address);
    const account = await directory.changeAccount(id, changes);
    const addresses = await directory.addresses(id);
    return good(accountData(account, addresses), accountText(account, addresses));
  },
});

interface Changes extends Partial<Pick<Account, "displayName">> {
  readonly settings: Partial<AccountSettings>;
}

function changesOf(given: Arguments): Changes {
  const displayName = given.optional("name");
  const pop3Deletion = given.optional("pop3-deletion");
  const copySent = given.optional("copy-sent");
  if (displayName === undefined && pop3Deletion === undefined && copySent === undefined)
    throw new UsageFault("Nothing to change: give --name, --pop3-deletion or --copy-sent.");
  return {
    ...(displayName === undefined ? {} : { displayName }),
    settings: {
      ...(pop3Deletion === undefined ? {} : { pop3Deletion: pop3DeletionOf(pop3Deletion) }),
      ...(copySent === undefined ? {} : { copySent: yesOrNo(copySent) === "yes" }),
    },
  };
}

function pop3DeletionOf(text: string): Pop3Deletion {
  if (text === "expunge" || text === "trash") return text;
  throw new UsageFault("--pop3-deletion is expunge or trash.");
}

function yesOrNo(text: string): "yes" | "no" {
  if (text === "yes" || text === "no") return text;
  throw new UsageFault("--copy-sent is yes or no.");
}
