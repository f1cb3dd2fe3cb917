// account set: how an account wants to be served, and how much it may hold.

import { parseSize } from "../../config/human-size.ts";
import type { Account, AccountSettings, Pop3Deletion } from "../../directory/directory.ts";
import { type QuotaChange, unlimited } from "../../model/quota.ts";
import { accountData, accountText, quotaData, quotaText } from "../account-facts.ts";
import { type Arguments, good, option, positional, UsageFault, verb } from "../verb.ts";

export const accountSet = verb({
  name: "account set",
  summary: "change an account's settings",
  parameters: [
    positional("address", "ADDRESS", "any address of the account"),
    option("name", "TEXT", "the name of the person or thing it is for"),
    option("pop3-deletion", "expunge|trash", "what deleting over POP3 does: remove the message, or move it to Trash"),
    option("copy-sent", "yes|no", "file a copy of what is sent in Sent, for mail programs that do not"),
    option("quota", "SIZE", "how much mail the account may hold, as in 5GiB; none, or default for what is configured"),
    option("quota-messages", "NUMBER", "how many messages it may hold; none, or default"),
    option("quota-mailboxes", "NUMBER", "how many mailboxes it may have; none, or default"),
    option("administrator", "yes|no", "may set the quota of every account from a mail program, from the next login on"),
    option("without-capability", "NAME", "an IMAP extension to switch off, as in UTF8=ACCEPT, with what stands on it"),
    option(
      "with-capability",
      "NAME",
      "an IMAP extension to switch on again; what changes holds from the next login on",
    ),
  ],
  examples: [
    "account set asha@example.org --pop3-deletion trash",
    "account set asha@example.org --copy-sent yes",
    "account set asha@example.org --quota 5GiB",
    "account set asha@example.org --without-capability QRESYNC",
    "account set asha@example.org --administrator yes",
  ],
  parse: (given) => ({ address: given.text("address"), changes: changesOf(given) }),
  run: async ({ directory, mail, switchableCapabilities }, { address, changes }) => {
    const { quota: quotaChange, off, on, settings, ...others } = changes;
    const { id, settings: before } = await directory.accountAt(address);
    const [left, right] = [namedIn(switchableCapabilities, off), namedIn(switchableCapabilities, on)];
    const withoutCapabilities = [...new Set([...before.withoutCapabilities, ...left])].filter(
      (name) => !right.includes(name),
    );
    const account = await directory.changeAccount(id, { ...others, settings: { ...settings, withoutCapabilities } });
    const addresses = await directory.addresses(id);
    using opened = await mail.open(id);
    const quota = await opened.changeQuota(quotaChange);
    return good(
      { ...accountData(account, addresses), ...quotaData(quota) },
      `${accountText(account, addresses)}${quotaText(quota)}`,
    );
  },
});

interface Changes extends Partial<Pick<Account, "displayName">> {
  readonly settings: Partial<AccountSettings>;
  readonly quota: QuotaChange;
  /** The names of capabilities to switch off, and on, as they were typed. */
  readonly off: readonly string[];
  readonly on: readonly string[];
}

function changesOf(given: Arguments): Changes {
  const displayName = given.optional("name");
  const pop3Deletion = given.optional("pop3-deletion");
  const copySent = given.optional("copy-sent");
  const administrator = given.optional("administrator");
  const quota = quotaOf(given);
  const [off, on] = [wordsOf(given.optional("without-capability")), wordsOf(given.optional("with-capability"))];
  const settings = {
    ...(pop3Deletion === undefined ? {} : { pop3Deletion: pop3DeletionOf(pop3Deletion) }),
    ...(copySent === undefined ? {} : { copySent: yesOrNo(copySent, "--copy-sent") === "yes" }),
    ...(administrator === undefined ? {} : { administrator: yesOrNo(administrator, "--administrator") === "yes" }),
  };
  const nothing = displayName === undefined && Object.keys(settings).length === 0;
  if (nothing && Object.keys(quota).length === 0 && off.length + on.length === 0)
    throw new UsageFault(
      "Nothing to change: give --name, --pop3-deletion, --copy-sent, --administrator, a --quota, or a capability to switch.",
    );
  return {
    ...(displayName === undefined ? {} : { displayName }),
    settings,
    quota,
    off,
    on,
  };
}

/** Several names stand between spaces or commas. */
function wordsOf(text: string | undefined): readonly string[] {
  return text?.split(/[\s,]+/).filter((word) => word !== "") ?? [];
}

function namedIn(switchable: readonly string[], words: readonly string[]): readonly string[] {
  return words.map((word) => {
    const name = switchable.find((capability) => capability.toUpperCase() === word.toUpperCase());
    if (name === undefined) throw new UsageFault(`${word} cannot be switched: ${switchable.join(" ")} can.`);
    return name;
  });
}

function quotaOf(given: Arguments): QuotaChange {
  const bytes = given.optional("quota");
  const messages = given.optional("quota-messages");
  const mailboxes = given.optional("quota-mailboxes");
  return {
    ...(bytes === undefined ? {} : { bytes: limitOf(bytes, parseSize, "--quota is a size such as 5GiB") }),
    ...(messages === undefined ? {} : { messages: limitOf(messages, parseCount, "--quota-messages is a number") }),
    ...(mailboxes === undefined ? {} : { mailboxes: limitOf(mailboxes, parseCount, "--quota-mailboxes is a number") }),
  };
}

/** Null: what is configured. */
function limitOf(text: string, parse: (text: string) => number | undefined, right: string): number | null {
  if (text === "default") return null;
  const limit = text === "none" ? unlimited : parse(text);
  if (limit === undefined) throw new UsageFault(`${right}, none or default.`);
  return limit;
}

function parseCount(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function pop3DeletionOf(text: string): Pop3Deletion {
  if (text === "expunge" || text === "trash") return text;
  throw new UsageFault("--pop3-deletion is expunge or trash.");
}

function yesOrNo(text: string, name: string): "yes" | "no" {
  if (text === "yes" || text === "no") return text;
  throw new UsageFault(`${name} is yes or no.`);
}
