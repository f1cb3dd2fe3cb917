// An account as the command line tells it.

import { formatSize } from "../config/human-size.ts";
import type { Account } from "../directory/directory.ts";
import type { OwnedAddress } from "../directory/stored-directory.ts";
import { type Quota, unlimited } from "../model/quota.ts";
import type { Json } from "./verb.ts";

export function accountData(account: Account, addresses: readonly OwnedAddress[]): { readonly [name: string]: Json } {
  return {
    address: account.address,
    id: account.id,
    name: account.displayName,
    disabled: account.disabled,
    shared: account.shared,
    aliases: addresses.filter(({ kind }) => kind !== "primary").map(({ address }) => address),
    pop3Deletion: account.settings.pop3Deletion,
    copySent: account.settings.copySent,
    withoutCapabilities: account.settings.withoutCapabilities,
    administrator: account.settings.administrator,
    created: new Date(account.createdAtMs).toISOString(),
  };
}

export function accountText(account: Account, addresses: readonly OwnedAddress[]): string {
  const aliases = addresses.filter(({ kind }) => kind !== "primary").map(({ address }) => address);
  const lines = [
    ["address", account.address],
    ["name", account.displayName || "-"],
    ["log-in", account.shared ? "nobody's: shared" : account.disabled ? "disabled" : "allowed"],
    ["other addresses", aliases.join(" ") || "-"],
    ["deletion over POP3", account.settings.pop3Deletion === "trash" ? "moves to Trash" : "expunges"],
    ["copy of sent mail", account.settings.copySent ? "filed in Sent by the server" : "left to the mail program"],
    ["switched off", account.settings.withoutCapabilities.join(" ") || "-"],
    ["administrator", account.settings.administrator ? "yes" : "no"],
    ["made", new Date(account.createdAtMs).toISOString()],
    ["id", account.id],
  ] as const;
  return lines.map(line).join("");
}

/** What it holds and may hold; a limit that is none is null. */
export function quotaData({ usage, limits }: Quota): { readonly [name: string]: Json } {
  const told = (limit: number): number | null => (limit === unlimited ? null : limit);
  return {
    ...usage,
    quota: { bytes: told(limits.bytes), messages: told(limits.messages), mailboxes: told(limits.mailboxes) },
  };
}

export function quotaText({ usage, limits }: Quota): string {
  const of = (limit: number, form: (limit: number) => string): string =>
    limit === unlimited ? "" : ` (of ${form(limit)})`;
  const messages = `${usage.messages} messages${of(limits.messages, String)}`;
  const size = `${megabytes(usage.bytes)}${of(limits.bytes, formatSize)}`;
  return line(["mail", `${messages}, ${size}, in ${usage.mailboxes} mailboxes${of(limits.mailboxes, String)}`]);
}

const line = ([name, value]: readonly [string, string]): string => `${`${name}:`.padEnd(20)}${value}\n`;

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
