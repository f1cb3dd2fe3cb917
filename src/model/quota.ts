// Quota (RFC 9208): how much mail an account may hold. Each account is one quota root with three resources; what is
// expunged counts no more, although it can be recovered for a time.

/** RFC 9208 5: STORAGE is told in units of 1,024 octets; here it is kept in octets. */
export type QuotaResource = "STORAGE" | "MESSAGE" | "MAILBOX";

export interface QuotaAmounts {
  /** The sum of RFC822.SIZE. */
  readonly bytes: number;
  readonly messages: number;
  readonly mailboxes: number;
}

/** More than any account can hold: a limit that is none. */
export const unlimited = Number.MAX_SAFE_INTEGER;

export const noQuota: QuotaAmounts = { bytes: unlimited, messages: unlimited, mailboxes: unlimited };

export interface Quota {
  /** What is in force: the account's own limits, the installation's where it has none. */
  readonly limits: QuotaAmounts;
  readonly usage: QuotaAmounts;
}

/** An account's own limits; null for one that follows the installation's. What is absent stays as it is. */
export type QuotaChange = { readonly [K in keyof QuotaAmounts]?: number | null };

/**
 * "nearly-full": this addition has taken the account past its soft limit, nine tenths of the hard one; told once, not at
 * each addition that follows.
 */
export type QuotaRoom = "roomy" | "nearly-full";

const softShare = 0.9;

/** Whether adding `added` to reach `usage` has crossed the soft limit. */
export function crossesSoftLimit(usage: number, added: number, limit: number): boolean {
  if (limit === unlimited) return false;
  const soft = limit * softShare;
  return usage >= soft && usage - added < soft;
}
