// ImapFlow, logged in over TLS: `await using client = await imapFlow(server.trial);`

import { readFile } from "node:fs/promises";
import { ImapFlow, type ImapFlowOptions } from "imapflow";
import type { MailPlace } from "./mail-place.ts";

export interface ImapFlowClient extends AsyncDisposable {
  readonly imap: ImapFlow;
}

export async function imapFlow(place: MailPlace, more: Partial<ImapFlowOptions> = {}): Promise<ImapFlowClient> {
  const { host, ports, caFile, user, password } = place;
  const ca = await readFile(caFile);
  const auth = { user, pass: password };
  const imap = new ImapFlow({ host, port: ports.imaps, secure: true, tls: { ca }, auth, logger: false, ...more });
  imap.on("error", () => undefined);
  await imap.connect();
  return {
    imap,
    // Its connection is let go in any case: a client that hangs must not hold the test.
    [Symbol.asyncDispose]: async () => {
      if (imap.usable) await imap.logout().catch(() => undefined);
      imap.close();
    },
  };
}
