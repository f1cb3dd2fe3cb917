// queue list: what waits to be delivered, a page at a time: what it costs grows with what is shown.

import { queueListRowsMax } from "../../base/limits.ts";
import { filterOf, filters, letterData, listTable, recipientData } from "../queue-words.ts";
import { type Arguments, flag, good, option, UsageFault, verb } from "../verb.ts";

export const queueList = verb({
  name: "queue list",
  summary: "list the mail that waits to be delivered",
  details:
    "One line a recipient, what has waited longest first. A long queue comes in pages; the last line tells how to see the next.",
  parameters: [
    ...filters,
    flag("held", "only what an administrator holds"),
    option("limit", "NUMBER", `how many recipients to show; ${queueListRowsMax} if left out`),
    option("after", "NUMBER", "go on where a page has ended"),
  ],
  examples: ["queue list", "queue list --domain example.com", "queue list --held --json"],
  parse: (given) => ({
    selection: filterOf(given),
    only: given.flag("held"),
    rowsMax: numberOf(given, "limit") ?? queueListRowsMax,
    after: numberOf(given, "after") ?? 0,
  }),
  run: async ({ queue }, { selection, only, rowsMax, after }) => {
    const page = await queue.list({ selection, after, rowsMax }, ({ held }) => only === "absent" || held === 1);
    const data = page.rows.map((row) => ({ ...letterData(row), ...recipientData(row, queue) }));
    if (page.rows.length === 0) return good({ recipients: [], next: null }, "Nothing waits.\n");
    const more = page.next === undefined ? "" : `There is more: go on with --after ${page.next}.\n`;
    return good({ recipients: data, next: page.next ?? null }, `${listTable(page.rows, queue)}${more}`);
  },
});

function numberOf(given: Arguments, name: string): number | undefined {
  const text = given.optional(name);
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number === 0) throw new UsageFault(`--${name} is a number from 1 on.`);
  return number;
}
