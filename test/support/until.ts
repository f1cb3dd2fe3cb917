// Waits for what happens soon by itself.

import { setTimeout as sleep } from "node:timers/promises";

/** Resolves once `happened`; throws when it has not within some seconds, which only a failing test ever waits for. */
export async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 8_000;
  while (!(await happened())) {
    if (performance.now() > deadline) throw new Error("it has not happened");
    await sleep(5);
  }
}
