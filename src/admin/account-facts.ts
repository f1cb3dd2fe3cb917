// An account as the command line tells it.

import type { Account } from "../directory/directory.ts";
import type { OwnedAddress } from "../directory/stored-directory.ts";
import type { Json } from "./verb.ts";

export function accountData(account: Account, addresses: readonly OwnedAddress[]): { readonly [name: string]: Json } {
  return {
    address: account.address,
    id: account.id,
    name: account.displayName,
    disabled: account.disabled,
    aliases: addresses.filter(({ kind }) => kind !== "primary").map(({ address }) => address),
    pop3Deletion: account.settings.pop3Deletion,
    copySent: account.settings.copySent,
    created: new Date(account.createdAtMs).toISOString(),
  };
}

export function accountText(account: Account, addresses: readonly OwnedAddress[]): string {
  const aliases = addresses.filter(({ kind }) => kind !== "primary").map(({ address }) => address);
  const lines = [
    ["address", account.address],
    ["name", account.displayName || "-"],
    ["log-in", account.disabled ? "disabled" : "allowed"],
    ["other addresses", aliases.join(" ") || "-"],
    ["deletion over POP3", account.settings.pop3Deletion === "trash" ? "moves to Trash" : "expunges"],
    ["copy of sent mail", account.settings.copySent ? "filed in Sent by the server" : "left to the mail program"],
    ["made", new Date(account.createdAtMs).toISOString()],
    ["id", account.id],
  ] as const;
  return lines.map(([name, value]) => `${`${name}:`.padEnd(20)}${value}\n`).join("");
}
