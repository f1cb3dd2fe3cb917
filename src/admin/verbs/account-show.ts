// account show: one account, with how much mail it holds.

import { accountData, accountText } from "../account-facts.ts";
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
    const mailboxes = await opened.list();
    const messages = mailboxes.reduce((sum, mailbox) => sum + mailbox.messages, 0);
    const bytes = mailboxes.reduce((sum, mailbox) => sum + mailbox.bytes, 0);
    return good(
      { ...accountData(account, addresses), mailboxes: mailboxes.length, messages, bytes },
      `${accountText(account, addresses)}${"mail:".padEnd(20)}${messages} messages, ${megabytes(bytes)}, in ${mailboxes.length} mailboxes\n`,
    );
  },
});

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
