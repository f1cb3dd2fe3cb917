// An account's quota as IMAP tells it (RFC 9208): one quota root over all mailboxes. An account without any limit has no quota
// root, since QUOTA tells only what is limited and has at least one resource to tell.

import type { AccountId } from "../model/ids.ts";
import { type Quota, type QuotaChange, type QuotaRoom, unlimited } from "../model/quota.ts";
import type { AccountQuota } from "./account-quotas.ts";
import type { LimitedResource } from "./wire/quota.ts";
import { writeStatusText } from "./wire/status-response.ts";
import type { Writer } from "./wire/writer.ts";

/** The name of one's own root. RFC 9208 3.2: to clients it is an opaque string. */
export const ownRoot = "";

export interface QuotaRoot {
  readonly name: string;
  readonly quota: Quota;
}

const otherRoots = "Other Users/";

/** The name of another account's root, by the account's primary address. */
export function otherRoot(address: string): string {
  return otherRoots + address;
}

/** null for what is no name of another account's root. */
export function addressOfRoot(name: string): string | null {
  return name.startsWith(otherRoots) ? name.slice(otherRoots.length) : null;
}

/** As `own` sees it: the account's only name for its own root is "". */
export function rootOf(own: AccountId, { account, address, quota }: AccountQuota): QuotaRoot {
  return { name: account === own ? ownRoot : otherRoot(address), quota };
}

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

/**
 * RFC 9208 4.1.3: "Any previous resource limits for the named quota root are discarded": what is not named has no limit from
 * then on. null when a resource has no limits here.
 */
export function quotaChange(limits: ReadonlyMap<string, number>): QuotaChange | null {
  const {
    STORAGE: units = unlimited,
    MESSAGE: messages = unlimited,
    MAILBOX: mailboxes = unlimited,
    ...others
  } = Object.fromEntries(limits);
  if (Object.keys(others).length > 0) return null;
  const within = (limit: number): number => Math.min(limit, unlimited);
  return { bytes: within(units * storageUnitBytes), messages: within(messages), mailboxes: within(mailboxes) };
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
