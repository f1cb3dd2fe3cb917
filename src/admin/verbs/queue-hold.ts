// queue hold: not attempted until released, however long that takes: what is held does not expire.

import { lookedAt, recipients, resultData, selectionOf, selectors, underWayText } from "../queue-words.ts";
import { good, verb } from "../verb.ts";

export const queueHold = verb({
  name: "queue hold",
  summary: "keep mail in the queue from being attempted",
  details: "Until `queue release`. Mail that comes later is not held, and what is held does not expire.",
  parameters: selectors,
  examples: ["queue hold 5f0c2a9be1d3440a17", "queue hold --domain example.com", "queue hold --all"],
  parse: selectionOf,
  run: async ({ queue }, selection, progress) => {
    const result = await queue.change(selection, "hold", lookedAt(progress));
    const underWay = underWayText(result, "held if that does not succeed.");
    return good(resultData(result), `Held: ${recipients(result.rows)}.\n${underWay}`);
  },
});
