// Object ids (RFC 8474): a letter for the kind, then the number, which is never used again within an account. RFC 8474 7
// asks for a letter first, and that ids of one kind do not meet those of another.

import type { ContentId, MailboxId, ThreadId } from "../model/ids.ts";

export const mailboxIdText = (id: MailboxId): string => `F${id}`;
export const emailIdText = (id: ContentId): string => `M${id}`;
export const threadIdText = (id: ThreadId): string => `T${id}`;

/** The number in an id of that kind; null for what is no id that we gave. */
export function readObjectId(kind: "F" | "M" | "T", text: string): number | null {
  const digits = text.slice(1);
  return text.startsWith(kind) && /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : null;
}
