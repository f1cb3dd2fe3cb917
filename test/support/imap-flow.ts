// ImapFlow, logged in over TLS: `await using client = await imapFlow({ ...server, port, user });`

import { readFile } from "node:fs/promises";
import { ImapFlow, type ImapFlowOptions } from "imapflow";

export interface ImapFlowPlace {
  readonly host: string;
  readonly port: number;
  readonly caFile: string;
  readonly user: string;
  readonly password: string;
}

export interface ImapFlowClient extends AsyncDisposable {
  readonly imap: ImapFlow;
}

export async function imapFlow(place: ImapFlowPlace, more: Partial<ImapFlowOptions> = {}): Promise<ImapFlowClient> {
  const { host, port, caFile, user, password } = place;
  const ca = await readFile(caFile);
  const imap = new ImapFlow({
    host,
    port,
    secure: true,
    tls: { ca },
    auth: { user, pass: password },
    logger: false,
    ...more,
  });
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
