// The real clock and the real chance: the one place that has them.

import { randomBytes } from "node:crypto";
import type { Clock, Entropy } from "../base/clock.ts";

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

export const systemEntropy: Entropy = {
  bytes: (length) => randomBytes(length),
};
