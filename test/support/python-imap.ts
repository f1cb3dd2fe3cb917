// Python's imaplib: runs a script that finds `imap`, logged in over TLS, and gives back what it printed.

import { runWell } from "./client-program.ts";
import type { MailPlace } from "./mail-place.ts";

const logIn = `
import imaplib, ssl, sys
host, port, ca, user, password, *arguments = sys.argv[1:]
imap = imaplib.IMAP4_SSL(host, int(port), ssl_context=ssl.create_default_context(cafile=ca))
imap.login(user, password)
`;

/** The script logs out at its end. */
export async function pythonImap(place: MailPlace, script: string, ...args: readonly string[]): Promise<string> {
  const words = pythonImapWords(place, `${script}\nimap.logout()`, ...args);
  return await runWell("python3", words, { timeoutMs: 200_000 });
}

/** What to say to python3 to run it. */
export function pythonImapWords(place: MailPlace, script: string, ...args: readonly string[]): string[] {
  const { host, ports, caFile, user, password } = place;
  return ["-c", logIn + script, host, String(ports.imaps), caFile, user, password, ...args];
}
