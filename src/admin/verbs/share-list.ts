// share list: who may do what in whose mailboxes.

import { rightsInWords } from "../rights-words.ts";
import { textTable } from "../text-table.ts";
import { good, type Parameter, verb } from "../verb.ts";

const address: Parameter = {
  name: "address",
  kind: "positional",
  presence: "optional",
  placeholder: "ADDRESS",
  help: "any address of one account: what it shares, and what is shared with it; all if left out",
};

export const shareList = verb({
  name: "share list",
  summary: "list who may work in whose mailboxes",
  details: "The owner of a mailbox may do everything in it and is not listed.",
  parameters: [address],
  examples: ["share list", "share list info@example.org", "share list --json"],
  parse: (given) => given.optional("address"),
  run: async ({ directory, sharing }, only) => {
    const one = only === undefined ? undefined : await directory.accountAt(only);
    const grants = (await sharing.grants()).filter(
      ({ owner, identifier }) =>
        one === undefined || owner === one.address || identifier.replace(/^-/, "") === one.address,
    );
    const rows = grants.map(({ owner, mailbox, identifier, rights }) => [
      owner,
      mailbox,
      identifier,
      rightsInWords(rights),
    ]);
    return good(
      grants.map(({ owner, mailbox, identifier, rights }) => ({ owner, mailbox, who: identifier, rights })),
      rows.length === 0 ? "Nothing is shared.\n" : textTable(["Owner", "Mailbox", "Who", "May"], rows),
    );
  },
});
