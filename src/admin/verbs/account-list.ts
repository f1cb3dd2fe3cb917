// account list

import { accountData } from "../account-facts.ts";
import { textTable } from "../text-table.ts";
import { good, verb } from "../verb.ts";

export const accountList = verb({
  name: "account list",
  summary: "list the accounts",
  examples: ["account list", "account list --json"],
  parse: () => undefined,
  run: async ({ directory }) => {
    const accounts = await directory.accounts();
    const addresses = Map.groupBy(await directory.addresses(), ({ account }) => account);
    const rows = accounts.map(({ id, address, displayName, disabled, shared }) => [
      address,
      displayName,
      disabled ? "disabled" : shared ? "shared" : "",
      String((addresses.get(id)?.length ?? 1) - 1),
    ]);
    return good(
      accounts.map((account) => accountData(account, addresses.get(account.id) ?? [])),
      rows.length === 0
        ? "There is no account yet: `dakghar account add` makes one.\n"
        : textTable(["Address", "Name", "State", "Aliases"], rows),
    );
  },
});
