// queue retry: an attempt now, where the schedule would have waited.

import { lookedAt, recipients, resultData, selectionOf, selectors, underWayText } from "../queue-words.ts";
import { good, verb } from "../verb.ts";

export const queueRetry = verb({
  name: "queue retry",
  summary: "attempt waiting mail now",
  details: "Not what is held, nor what waits for a time that its sender has asked for: `queue release` lets that go.",
  parameters: selectors,
  examples: ["queue retry 5f0c2a9be1d3440a17", "queue retry --domain example.com", "queue retry --all"],
  parse: selectionOf,
  run: async ({ queue }, selection, progress) => {
    const result = await queue.change(selection, "retry", lookedAt(progress));
    const due = result.rows - result.held - result.scheduled - result.underWay;
    const kept = result.held + result.scheduled;
    const left = kept === 0 ? "" : `Left alone, held or scheduled: ${recipients(kept)}.\n`;
    const underWay = underWayText(result, "that is the attempt.");
    return good(resultData(result), `Due now: ${recipients(due)}.\n${left}${underWay}`);
  },
});
