// account recover: expunged mail comes back into the mailboxes it was in.

import { flag, good, option, positional, UsageFault, verb } from "../verb.ts";

export const accountRecover = verb({
  name: "account recover",
  summary: "bring back deleted mail",
  details:
    "Messages come back into the mailboxes they were deleted from, which are made again where needed. Deleted mail is kept for a time that the configuration sets.",
  parameters: [
    positional("address", "ADDRESS", "any address of the account"),
    option("mailbox", "NAME", "only what was deleted from this mailbox, as it was called then"),
    option(
      "since",
      "WHEN",
      "only what was deleted since then: a date and time such as 2026-11-24 or 2026-11-24T08:30Z, or a span such as 2h or 3d",
    ),
    flag("dry-run", "only tell what would come back"),
  ],
  examples: [
    "account recover asha@example.org --since 2h",
    "account recover asha@example.org --mailbox 'কাজের চিঠি' --since 2026-11-20",
    "account recover asha@example.org --dry-run",
  ],
  parse: (given) => ({
    address: given.text("address"),
    mailbox: given.optional("mailbox")?.normalize("NFC") ?? null,
    since: given.optional("since"),
    dryRun: given.flag("dry-run"),
  }),
  run: async ({ directory, mail, clock }, { address, mailbox, since, dryRun }, progress) => {
    const order = { mailbox, sinceMs: since === undefined ? 0 : sinceMsOf(since, clock.nowMs()) };
    const account = await directory.accountAt(address);
    using opened = await mail.open(account.id);
    if (dryRun === "given") {
      const tombstones = await opened.recoverable(order);
      const counts = Map.groupBy(tombstones, ({ mailboxName }) => mailboxName);
      const lines = [...counts].map(([name, messages]) => `${String(messages.length).padStart(7)}  ${name}\n`);
      return good(
        { recoverable: tombstones.length },
        tombstones.length === 0 ? "Nothing would come back.\n" : `Would come back:\n${lines.join("")}`,
      );
    }
    const recovered = await opened.recover(order, (done, of) => progress(of === 0 ? 1 : done / of, "recovering mail"));
    return good({ recovered }, recovered === 1 ? "One message is back.\n" : `${recovered} messages are back.\n`);
  },
});

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A span before now, or a date in UTC unless it names a zone. */
export function sinceMsOf(text: string, nowMs: number): number {
  const span = /^(\d{1,6})([mhdw])$/.exec(text);
  if (span !== null) return nowMs - Number(span[1]) * (unitsMs[span[2] ?? ""] ?? 0);
  const date = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text);
  const zoned = /Z$|:\d{2}[+-]\d{2}:\d{2}$/.test(text) || text.length === 10 ? text : `${text}Z`;
  const ms = date ? Date.parse(zoned.replace(" ", "T")) : Number.NaN;
  if (Number.isNaN(ms))
    throw new UsageFault(
      "--since is a date such as 2026-11-24, a time such as 2026-11-24T08:30Z, or a span such as 2h or 3d.",
    );
  return ms;
}
