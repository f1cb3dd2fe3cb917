// share grant: gives rights in mailboxes without a mail program.

import { type MailboxName, parseMailboxName } from "../../model/mailbox-name.ts";
import { levelWords, rightsInWords, rightsNamed } from "../rights-words.ts";
import { good, option, positional, UsageFault, verb } from "../verb.ts";

export const shareGrant = verb({
  name: "share grant",
  summary: "let somebody work in an account's mailboxes",
  details:
    "The mailboxes are found below Other Users, or below Shared for an account that nobody logs in to. It holds at once, in place of the rights that were there before. New mailboxes below one of them have the same rights.",
  parameters: [
    positional("owner", "OWNER", "any address of the account whose mailboxes they are"),
    positional(
      "who",
      "WHO",
      "any address of the account that gets the rights, or anyone for everybody of the owner's domain",
    ),
    option(
      "may",
      levelWords,
      "read; write: also put in, mark and delete messages; manage: also mailboxes and rights. read if left out",
    ),
    option("mailbox", "NAME", "only this mailbox; of a shared account all if left out"),
    option("rights", "LETTERS", "the rights by their letters (RFC 4314), as in lrswi"),
  ],
  examples: [
    "share grant info@example.org asha@example.org --may write",
    "share grant asha@example.org anyone --mailbox 'কাজের চিঠি'",
    "share grant info@example.org bimal@example.org --mailbox INBOX --rights lrswi",
  ],
  parse: (given) => ({
    owner: given.text("owner"),
    identifier: given.text("who"),
    rights: rightsNamed(given.optional("may"), given.optional("rights")),
    mailbox: mailboxNamed(given.optional("mailbox")),
  }),
  run: async ({ directory, sharing }, { owner, identifier, rights, mailbox }) => {
    const account = await directory.accountAt(owner);
    if (mailbox === undefined && !account.shared)
      throw new UsageFault("Of a person's account --mailbox must say which one.");
    const names = await sharing.give(account.id, mailbox, { identifier, how: "replace", rights });
    const words = rightsInWords(rights);
    return good(
      { owner: account.address, who: identifier, rights, mailboxes: names },
      `${identifier} has these rights in ${names.length === 1 ? names[0] : `${names.length} mailboxes`} of ${account.address}: ${words}.\n`,
    );
  },
});

/** Throws UsageFault. */
export function mailboxNamed(text: string | undefined): MailboxName | undefined {
  if (text === undefined) return undefined;
  const parsed = parseMailboxName(text);
  if ("fault" in parsed) throw new UsageFault("--mailbox is the name of a mailbox, with / between levels.");
  return parsed.name;
}
