// What an account holds, and may hold (RFC 9208). The sums are in the account's row, which every addition writes anyway, so
// they are read, judged and written in the transaction that adds: two additions at once never both take the last room.

import { refuse } from "../../model/problem.ts";
import {
  crossesSoftLimit,
  type Quota,
  type QuotaAmounts,
  type QuotaChange,
  type QuotaRoom,
} from "../../model/quota.ts";
import { one, run, sql, type Work } from "../sql.ts";

/** What an addition to the account has led to, with the limits in force. */
export interface ChargedAccount {
  readonly messages: number;
  readonly bytes: number;
  readonly messagesMax: number;
  readonly bytesMax: number;
}

export interface Added {
  readonly messages: number;
  readonly bytes: number;
}

/** Counts messages that are added. Throws over-quota: the transaction takes the addition back. */
export function* charge(added: Added, defaults: QuotaAmounts): Work<QuotaRoom> {
  const charged = yield* one<ChargedAccount>(
    sql`update account set messages = messages + ${added.messages}, bytes = bytes + ${added.bytes} where id = 1
      returning messages, bytes, coalesce(quota_messages, ${defaults.messages}) as "messagesMax",
      coalesce(quota_bytes, ${defaults.bytes}) as "bytesMax"`,
  );
  return judgeCharge(charged, added);
}

/** Throws over-quota. */
export function judgeCharge(charged: ChargedAccount, added: Added): QuotaRoom {
  if (charged.bytes > charged.bytesMax) throw refuse({ kind: "over-quota", resource: "STORAGE" });
  if (charged.messages > charged.messagesMax) throw refuse({ kind: "over-quota", resource: "MESSAGE" });
  const crosses =
    crossesSoftLimit(charged.bytes, added.bytes, charged.bytesMax) ||
    crossesSoftLimit(charged.messages, added.messages, charged.messagesMax);
  return crosses ? "nearly-full" : "roomy";
}

/** Takes off what has been expunged; `change` is negative. */
export function* discharge(change: Added): Work<void> {
  yield* run(
    sql`update account set messages = messages + ${change.messages}, bytes = bytes + ${change.bytes} where id = 1`,
  );
}

/** Throws over-quota when the account has more mailboxes than it may: call it after making them. */
export function* judgeMailboxes(defaults: QuotaAmounts): Work<void> {
  const { limits, usage } = yield* readQuota(defaults);
  if (usage.mailboxes > limits.mailboxes) throw refuse({ kind: "over-quota", resource: "MAILBOX" });
}

export function* readQuota(defaults: QuotaAmounts): Work<Quota> {
  const row = yield* one<ChargedAccount & { readonly mailboxes: number; readonly mailboxesMax: number }>(
    // A name that cannot be opened is no mailbox.
    sql`select messages, bytes, (select count(*) from mailbox where selectable = 1) as mailboxes,
      coalesce(quota_messages, ${defaults.messages}) as "messagesMax", coalesce(quota_bytes, ${defaults.bytes}) as "bytesMax",
      coalesce(quota_mailboxes, ${defaults.mailboxes}) as "mailboxesMax" from account where id = 1`,
  );
  return {
    limits: { bytes: row.bytesMax, messages: row.messagesMax, mailboxes: row.mailboxesMax },
    usage: { bytes: row.bytes, messages: row.messages, mailboxes: row.mailboxes },
  };
}

export function* changeQuota(change: QuotaChange): Work<void> {
  const { bytes, messages, mailboxes } = change;
  if (bytes !== undefined) yield* run(sql`update account set quota_bytes = ${bytes} where id = 1`);
  if (messages !== undefined) yield* run(sql`update account set quota_messages = ${messages} where id = 1`);
  if (mailboxes !== undefined) yield* run(sql`update account set quota_mailboxes = ${mailboxes} where id = 1`);
}
