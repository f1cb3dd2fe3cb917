// Object ids (RFC 8474): a letter for the kind, then the number, which is never used again within an account. RFC 8474 7
// asks for a letter first, and that ids of one kind do not meet those of another. In somebody else's account the account is part of
// it, since numbers of two accounts are the same: F7-0123456789abcdef.

import { innerId } from "../mailbox/sharing/account-ids.ts";
import type { AccountId, ContentId, ThreadId } from "../model/ids.ts";
import type { Mailbox } from "../model/mailbox.ts";

/** Whose a thing is; null for what is the session's own. */
type Owner = AccountId | null;

const idText = (kind: "F" | "M" | "T", number: number, owner: Owner): string =>
  owner === null ? `${kind}${number}` : `${kind}${number}-${owner}`;

export const mailboxIdText = ({ id, owner }: Pick<Mailbox, "id" | "owner">): string => idText("F", innerId(id), owner);
export const emailIdText = (id: ContentId, owner: Owner): string => idText("M", id, owner);
export const threadIdText = (id: ThreadId, owner: Owner): string => idText("T", id, owner);

/** The number in an id of that kind; null for what is no id that we gave for a thing of this owner. */
export function readObjectId(kind: "F" | "M" | "T", text: string, owner: Owner): number | null {
  const [number = "", account] = text.slice(1).split("-", 2);
  if (!text.startsWith(kind) || (account ?? null) !== owner || !/^[1-9]\d{0,14}$/.test(number)) return null;
  return Number(number);
}
