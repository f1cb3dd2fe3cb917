// The numbers and names that identify things, each of its own type so that none stands in for another.
// RFC 9051 2.3.1 (UID, UIDVALIDITY, sequence number), RFC 7162 3.1 (mod-sequence), RFC 8474 (object ids).

import type { Brand } from "../base/brand.ts";

/** An account: 16 lower-case hex digits, also the name of its folder. Never made from a user's text. */
export type AccountId = Brand<string, "AccountId">;
/** A mailbox within its account: a positive integer that is never used again. */
export type MailboxId = Brand<number, "MailboxId">;
/** RFC 9051 2.3.1.1: a message's number within a mailbox, 1 to 2^32-1, only growing. */
export type Uid = Brand<number, "Uid">;
/** RFC 9051 2.3.1.1: 1 to 2^32-1; differs for each mailbox ever made in an account. */
export type UidValidity = Brand<number, "UidValidity">;
/** RFC 7162 3.1: the account's change counter, 0 to 2^53-1; 0 is before the first change. */
export type ModSeq = Brand<number, "ModSeq">;
/** Immutable content of one or more messages in an account: a positive integer; EMAILID (RFC 8474) comes from it. */
export type ContentId = Brand<number, "ContentId">;
/** A conversation within an account: a positive integer; THREADID (RFC 8474) comes from it. */
export type ThreadId = Brand<number, "ThreadId">;
/** SHA-256 of a message's bytes, 64 lower-case hex digits. */
export type BodyId = Brand<string, "BodyId">;

const uint32Max = 0xffff_ffff;

function within<Id extends number>(value: number, max: number, name: string): Id {
  if (!Number.isInteger(value) || value < 1 || value > max) throw new RangeError(`${name} out of range: ${value}`);
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return value as Id;
}

/** Throws RangeError unless 1 to 2^32-1. */
export const asUid = (value: number): Uid => within<Uid>(value, uint32Max, "UID");
/** Throws RangeError unless 1 to 2^32-1. */
export const asUidValidity = (value: number): UidValidity => within<UidValidity>(value, uint32Max, "UIDVALIDITY");
/** Throws RangeError unless a positive integer below 2^53. */
export const asContentId = (value: number): ContentId =>
  within<ContentId>(value, Number.MAX_SAFE_INTEGER, "content id");
/** Throws RangeError unless a positive integer below 2^53. */
export const asThreadId = (value: number): ThreadId => within<ThreadId>(value, Number.MAX_SAFE_INTEGER, "thread id");

/** Throws RangeError unless 0 to 2^53-1. */
export function asModSeq(value: number): ModSeq {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`mod-sequence out of range: ${value}`);
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return value as ModSeq;
}

/** Throws RangeError unless 64 lower-case hex digits. */
export function asBodyId(text: string): BodyId {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new RangeError("body id is not 64 hex digits");
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return text as BodyId;
}

/** Throws RangeError unless 16 lower-case hex digits. */
export function asAccountId(text: string): AccountId {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new RangeError("account id is not 16 hex digits");
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return text as AccountId;
}
