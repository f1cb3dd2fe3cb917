// When a recipient is tried again, and when no more (RFC 5321 4.5.4.1). The pause doubles with each attempt; a quarter
// up or down keeps what failed together from coming back together.

import { queueAttemptsMin, queueLifetimeMs, queueRetryDelayMsMax, queueRetryDelayMsMin } from "../base/limits.ts";

/** `attempts` have been made; `chance` is from 0 to 1. */
export function nextAttemptMs(nowMs: number, attempts: number, chance: number): number {
  const doubled = queueRetryDelayMsMin * 2 ** Math.min(attempts - 1, 30);
  return Math.round(nowMs + Math.min(queueRetryDelayMsMax, doubled) * (0.75 + chance / 2));
}

/** No attempt is ever put off beyond this. */
export function latestAttemptMs(nowMs: number): number {
  return nowMs + queueRetryDelayMsMax * 1.25;
}

/** After a failed attempt: a clock that jumps ahead expires nothing that has hardly been tried. */
export function hasExpired(nowMs: number, queuedAtMs: number, attempts: number): boolean {
  return nowMs - queuedAtMs >= queueLifetimeMs && attempts >= queueAttemptsMin;
}
