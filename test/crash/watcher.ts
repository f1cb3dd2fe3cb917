// A client of the load that waits in IDLE: what it is told must be true after the crash, since it was told after the commit.

import type { ImapResponse } from "../support/imap-client.ts";
import { ImapClient } from "../support/imap-client.ts";
import { sitePassword } from "../support/server-site.ts";
import type { WireEnd } from "../support/wire-client.ts";
import { readFetch } from "./account-reading.ts";
import type { Ledger } from "./ledger.ts";

/** Watches until the connection ends, by throwing WireClosed. */
export async function watch(
  to: WireEnd,
  { account, mailbox, ledger }: { readonly account: string; readonly mailbox: string; readonly ledger: Ledger },
): Promise<never> {
  using client = await ImapClient.logIn(to, account, sitePassword, 600_000);
  await client.ok("ENABLE CONDSTORE");
  const { untagged } = await client.ok(`SELECT "${mailbox}"`);
  const validity = Number(/UIDVALIDITY (\d+)/.exec(untagged.map(({ text }) => text).join("\n"))?.[1]);
  const hear = (response: ImapResponse): void => {
    const modSeq = readFetch(response)?.modSeq;
    if (modSeq !== undefined) ledger.hear({ account, validity }, modSeq);
  };
  client.send("IDLE");
  for (;;) hear(await client.response());
}
