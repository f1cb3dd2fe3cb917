// Python's imaplib: runs a script that finds `imap`, logged in over TLS, and gives back what it printed.

import { runWell } from "./client-program.ts";
import type { MailPlace } from "./mail-place.ts";

const logIn = `
import imaplib, ssl, sys
host, port, ca, user, password, *arguments = sys.argv[1:]
imap = imaplib.IMAP4_SSL(host, int(port), ssl_context=ssl.create_default_context(cafile=ca))
imap.login(user, password)
`;

export async function pythonImap(place: MailPlace, script: string, ...args: readonly string[]): Promise<string> {
  const { host, ports, caFile, user, password } = place;
  const words = [host, String(ports.imaps), caFile, user, password, ...args];
  return await runWell("python3", ["-c", `${logIn}${script}\nimap.logout()`, ...words], { timeoutMs: 200_000 });
}
