// Puts a new message in the place of another, of the same mailbox or of another one: both or neither (RFC 8508 3.4).

import type { MailboxId, ModSeq, Uid, UidValidity } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import type { QuotaAmounts, QuotaRoom } from "../../model/quota.ts";
import { uidSet } from "../../model/uid-set.ts";
import type { Work } from "../sql.ts";
import { appendMessages, type NewMessage } from "./append.ts";
import { expungeMessages } from "./expunge.ts";

export interface ReplacedMessage {
  readonly mailbox: MailboxId;
  readonly uid: Uid;
}

export interface Replaced {
  readonly uidValidity: UidValidity;
  readonly uids: readonly Uid[];
  readonly modSeq: ModSeq;
  readonly room: QuotaRoom;
}

export interface Replacement {
  readonly to: MailboxId;
  readonly message: NewMessage;
  /** For accounts without limits of their own. */
  readonly quota: QuotaAmounts;
}

/** The one goes first, so that the other may take its room. Throws message-missing, and what an append throws. */
export function* replaceMessage(
  { mailbox, uid }: ReplacedMessage,
  { to, message, quota }: Replacement,
  nowMs: number,
): Work<Replaced> {
  const expunged = yield* expungeMessages(mailbox, uidSet([[uid, uid]]), "all", nowMs);
  if (expunged.modSeq === null) throw refuse({ kind: "message-missing" });
  const { uidValidity, uids, modSeq, room } = yield* appendMessages(to, [message], nowMs, quota);
  return { uidValidity, uids, modSeq, room };
}
