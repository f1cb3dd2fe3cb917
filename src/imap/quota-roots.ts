// An account's quota as IMAP tells it (RFC 9208): one quota root, with an empty name, over all mailboxes. An account without
// any limit has no quota root, since QUOTA tells only what is limited and has at least one resource to tell.

import { type Quota, type QuotaRoom, unlimited } from "../model/quota.ts";
import type { LimitedResource } from "./wire/quota.ts";
import { writeStatusText } from "./wire/status-response.ts";
import type { Writer } from "./wire/writer.ts";

/** The name of the only root. RFC 9208 3.2: to clients it is an opaque string. */
export const quotaRoot = "";

/** RFC 9208 5.1: STORAGE is counted in units of 1,024 octets. */
const storageUnitBytes = 1_024;

/** Empty: there is no quota root. */
export function limitedResources({ usage, limits }: Quota): readonly LimitedResource[] {
  // Both are rounded up, so that what is within its limit is never shown beyond it.
  const all: readonly LimitedResource[] = [
    { name: "STORAGE", usage: inUnits(usage.bytes), limit: inUnits(limits.bytes) },
    { name: "MESSAGE", usage: usage.messages, limit: limits.messages },
    { name: "MAILBOX", usage: usage.mailboxes, limit: limits.mailboxes },
  ];
  return all.filter(({ limit }) => limit !== unlimited && limit !== inUnits(unlimited));
}

const inUnits = (bytes: number): number => Math.ceil(bytes / storageUnitBytes);

/**
 * RFC 9208 4.3.1: OVERQUOTA "MAY also be returned in an untagged NO response" when a soft limit is exceeded; here to the
 * command that has added what went beyond it.
 */
export function writeSoftQuota(out: Writer, room: QuotaRoom): void {
  if (room === "nearly-full")
    writeStatusText(out, null, { status: "NO", code: "OVERQUOTA", text: "The account is nearly full" });
}
