// share revoke: takes rights in mailboxes away.

import { noRights } from "../../model/rights.ts";
import { good, option, positional, verb } from "../verb.ts";
import { mailboxNamed } from "./share-grant.ts";

export const shareRevoke = verb({
  name: "share revoke",
  summary: "let somebody work in an account's mailboxes no longer",
  details: "It holds at once: a mailbox that is open in a mail program is empty from then on.",
  parameters: [
    positional("owner", "OWNER", "any address of the account whose mailboxes they are"),
    positional("who", "WHO", "any address of the account that loses the rights, or anyone"),
    option("mailbox", "NAME", "only this mailbox; all if left out"),
  ],
  examples: [
    "share revoke info@example.org asha@example.org",
    "share revoke asha@example.org anyone --mailbox 'কাজের চিঠি'",
  ],
  parse: (given) => ({
    owner: given.text("owner"),
    identifier: given.text("who"),
    mailbox: mailboxNamed(given.optional("mailbox")),
  }),
  run: async ({ directory, sharing }, { owner, identifier, mailbox }) => {
    const account = await directory.accountAt(owner);
    const names = await sharing.give(account.id, mailbox, { identifier, how: "replace", rights: noRights });
    return good(
      { owner: account.address, who: identifier, mailboxes: names },
      `${identifier} has no rights of its own in ${names.length === 1 ? names[0] : "the mailboxes"} of ${account.address} now.\n`,
    );
  },
});
