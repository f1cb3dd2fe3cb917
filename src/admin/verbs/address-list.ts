// address list: all addresses, or those of one account.

import { textTable } from "../text-table.ts";
import { good, type Parameter, verb } from "../verb.ts";

const account: Parameter = {
  name: "account",
  kind: "positional",
  presence: "optional",
  placeholder: "ACCOUNT",
  help: "any address of one account; all accounts if left out",
};

export const addressList = verb({
  name: "address list",
  summary: "list addresses and whose they are",
  parameters: [account],
  examples: ["address list", "address list asha@example.org"],
  parse: (given) => given.optional("account"),
  run: async ({ directory }, of) => {
    const accounts = new Map((await directory.accounts()).map(({ id, address }) => [id, address]));
    const owned = await directory.addresses(of === undefined ? undefined : (await directory.accountAt(of)).id);
    const listed = owned.map(({ address, kind, account: id }) => ({ address, kind, account: accounts.get(id) ?? id }));
    const rows = listed.map((row) => [row.address, row.kind, row.account]);
    return good(
      listed,
      rows.length === 0 ? "There is no address yet.\n" : textTable(["Address", "Kind", "Account"], rows),
    );
  },
});
