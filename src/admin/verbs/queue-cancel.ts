// queue cancel: mail that will not be delivered any more. What a worker has in its hands may be at the next server already,
// so it is left alone, and that is told.

import { lookedAt, recipients, resultData, selectionOf, selectors, underWayText } from "../queue-words.ts";
import { flag, verb } from "../verb.ts";

export const queueCancel = verb({
  name: "queue cancel",
  summary: "take mail out of the queue, for good",
  details:
    "Nobody hears of it, unless --report is given: then the sender gets a report of failure, as far as the message asks for one. Mail that is being delivered at that moment is left alone.",
  parameters: [...selectors, flag("report", "tell the sender"), flag("yes", "do not ask, even at a terminal")],
  examples: ["queue cancel 5f0c2a9be1d3440a17 --report", "queue cancel --sender spammer@example.org --yes"],
  question: ({ id }) => `Take ${id === undefined ? "this mail" : `message ${String(id)}`} out of the queue for good?`,
  parse: (given) => ({
    selection: selectionOf(given),
    telling: given.flag("report") === "given" ? ("sender" as const) : ("nobody" as const),
  }),
  run: async ({ queue }, { selection, telling }, progress) => {
    const result = await queue.cancel(selection, telling, lookedAt(progress));
    const underWay = underWayText(result, "left alone. Cancel again if that does not succeed.");
    const text = `Taken out of the queue: ${recipients(result.rows)}.\n${underWay}`;
    return { data: resultData(result), text, verdict: result.underWay === 0 ? "good" : "problem" };
  },
});
