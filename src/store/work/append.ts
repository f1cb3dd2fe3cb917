// Puts new messages into a mailbox, all or none of them (RFC 9051 6.3.12, RFC 3502).

import { threadReferencesMax } from "../../base/limits.ts";
import type { FlagSet } from "../../model/flags.ts";
import type { BodyId, ContentId, MailboxId, ModSeq, ThreadId, Uid, UidValidity } from "../../model/ids.ts";
import { asContentId, asThreadId, asUid } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import type { QuotaAmounts, QuotaRoom } from "../../model/quota.ts";
import { type SeenBy, seenByNobody } from "../../model/readers.ts";
import { uidSet } from "../../model/uid-set.ts";
import { logMessages } from "../change-log.ts";
import { maybe, one, run, sql, type Work } from "../sql.ts";
import type { Delta } from "./catch-up.ts";
import { deletedBit, keywordsAsText, type MessageRow, seenBit } from "./message-rows.ts";
import { type ChargedAccount, judgeCharge } from "./quota.ts";

export interface NewContent {
  readonly bodyId: BodyId;
  readonly size: number;
  /** The bytes; null when they are in a file. */
  readonly inline: Uint8Array | null;
  readonly sentAtMs: number | null;
  readonly envelope: Uint8Array;
  readonly bodyStructure: Uint8Array;
  readonly messageId: string | null;
  /** Message-IDs that it refers to, the nearest first. */
  readonly references: readonly string[];
  /** RFC 5256 2.1. */
  readonly baseSubject: string;
  readonly isReply: boolean;
}

export interface NewMessage {
  readonly content: NewContent;
  readonly flags: FlagSet;
  /** Nobody if absent. */
  readonly seenBy?: SeenBy;
  readonly internalDateMs: number;
}

export interface Appended {
  readonly uidValidity: UidValidity;
  readonly uids: readonly Uid[];
  readonly modSeq: ModSeq;
  readonly delta: Delta;
  readonly room: QuotaRoom;
}

const uidMax = 0xffff_ffff;

/** `quota` is for accounts without limits of their own. Throws destination-missing, mailbox-not-selectable, mailbox-full, over-quota. */
export function* appendMessages(
  to: MailboxId,
  messages: readonly NewMessage[],
  nowMs: number,
  quota: QuotaAmounts,
): Work<Appended> {
  if (messages.length === 0) throw new RangeError("nothing to append");
  let unseen = 0;
  let deleted = 0;
  let bytes = 0;
  let deletedBytes = 0;
  for (const { content, flags } of messages) {
    if ((flags.bits & seenBit) === 0) unseen++;
    if ((flags.bits & deletedBit) !== 0) {
      deleted++;
      deletedBytes += content.size;
    }
    bytes += content.size;
  }
  const number = messages.length;
  const mailbox = yield* maybe<{
    uidNext: number;
    uidValidity: UidValidity;
    after: ModSeq;
  }>(sql`update mailbox set uid_next = uid_next + ${number},
    messages = messages + ${number}, unseen = unseen + ${unseen}, deleted = deleted + ${deleted}, bytes = bytes + ${bytes},
    deleted_bytes = deleted_bytes + ${deletedBytes}, previous_mod_seq = highest_mod_seq, highest_mod_seq = (select mod_seq + 1 from account)
    where id = ${to} and selectable = 1 and uid_next <= ${uidMax - number}
    returning uid_next as "uidNext", uid_validity as "uidValidity", previous_mod_seq as after`);
  if (mailbox === undefined) throw yield* whyNot(to);
  const account = yield* one<ChargedAccount & { readonly modSeq: ModSeq; readonly content: number }>(
    sql`update account set mod_seq = mod_seq + 1, content = content + ${number}, messages = messages + ${number},
      bytes = bytes + ${bytes} where id = 1 returning mod_seq as "modSeq", content, messages, bytes,
      coalesce(quota_messages, ${quota.messages}) as "messagesMax", coalesce(quota_bytes, ${quota.bytes}) as "bytesMax"`,
  );
  const room = judgeCharge(account, { messages: number, bytes });
  const { modSeq, content: lastContent } = account;
  const first = mailbox.uidNext - number;
  const uids: Uid[] = [];
  const rows: MessageRow[] = [];
  for (const [at, message] of messages.entries()) {
    const content = asContentId(lastContent - number + 1 + at);
    yield* addContent(content, message.content);
    const uid = asUid(first + at);
    const { internalDateMs, seenBy = seenByNobody } = message;
    const [flags, keywords, size] = [message.flags.bits, keywordsAsText(message.flags), message.content.size];
    yield* run(sql`insert into message (mailbox, uid, content, flags, keywords, seen_by, internal_date, save_date, size, mod_seq)
      values (${to}, ${uid}, ${content}, ${flags}, ${keywords}, ${seenBy}, ${internalDateMs}, ${nowMs}, ${size}, ${modSeq})`);
    uids.push(uid);
    rows.push({ uid, content, flags, keywords, seenBy, internalDateMs, size, modSeq });
  }
  yield* logMessages(to, modSeq, "created", uidSet([[first, mailbox.uidNext - 1]]));
  const { uidValidity, after } = mailbox;
  return { uidValidity, uids, modSeq, delta: { after, modSeq, rows, expunged: [] }, room };
}

function* whyNot(to: MailboxId): Work<Error> {
  const found = yield* maybe<{ selectable: number }>(sql`select selectable from mailbox where id = ${to}`);
  if (found === undefined) return refuse({ kind: "destination-missing" });
  return refuse({ kind: found.selectable === 0 ? "mailbox-not-selectable" : "mailbox-full" });
}

// The first message of a thread gives it its id, so that threads need no counter of their own.
function* addContent(id: ContentId, content: NewContent): Work<void> {
  const thread = (yield* findThread(content)) ?? asThreadId(id);
  const ancestors = content.references.toReversed().join(" ");
  yield* run(sql`insert into content (id, body_id, size, refs, in_file, thread, sent_at, message_id, ancestors, base_subject,
    is_reply, envelope, body_structure)
    values (${id}, ${content.bodyId}, ${content.size}, 1, ${content.inline === null ? 1 : 0}, ${thread}, ${content.sentAtMs},
    ${content.messageId}, ${ancestors}, ${content.baseSubject}, ${content.isReply ? 1 : 0},
    ${content.envelope}, ${content.bodyStructure})`);
  if (content.inline !== null) yield* run(sql`insert into body (content, bytes) values (${id}, ${content.inline})`);
  yield* joinThread(content, thread);
}

function* findThread(content: NewContent): Work<ThreadId | undefined> {
  for (const messageId of relatives(content)) {
    const found = yield* maybe<{ thread: ThreadId }>(
      sql`select thread from thread_reference where message_id = ${messageId}`,
    );
    if (found !== undefined) return found.thread;
  }
  return undefined;
}

// References are joined too: an answer may come before what it answers.
function* joinThread(content: NewContent, thread: ThreadId): Work<void> {
  for (const messageId of relatives(content))
    yield* run(
      sql`insert into thread_reference (message_id, thread) values (${messageId}, ${thread}) on conflict do nothing`,
    );
}

function relatives(content: NewContent): readonly string[] {
  const own = content.messageId === null ? [] : [content.messageId];
  return [...own, ...content.references].slice(0, threadReferencesMax);
}
