// queue release: what was held goes on as if it had not been; with --now also what its sender has asked to be kept.

import { lookedAt, recipients, resultData, selectionOf, selectors } from "../queue-words.ts";
import { flag, good, verb } from "../verb.ts";

export const queueRelease = verb({
  name: "queue release",
  summary: "let held mail go on",
  details:
    "What falls due meanwhile is attempted at once. Mail whose sender has asked for a later time keeps waiting for it, unless --now is given.",
  parameters: [...selectors, flag("now", "attempt it at once, whatever it waits for")],
  examples: ["queue release 5f0c2a9be1d3440a17", "queue release --all", "queue release 5f0c2a9be1d3440a17 --now"],
  parse: (given) => ({
    selection: selectionOf(given),
    change: given.flag("now") === "given" ? ("expedite" as const) : ("release" as const),
  }),
  run: async ({ queue }, { selection, change }, progress) => {
    const result = await queue.change(selection, change, lookedAt(progress));
    const freed = change === "release" ? result.held : result.rows - result.underWay;
    return good(resultData(result), `Released: ${recipients(freed)}.\n`);
  },
});
