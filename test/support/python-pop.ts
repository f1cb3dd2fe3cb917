// Python's poplib: runs a script that finds `pop`, logged in over TLS, and gives back what it printed. The script says
// `pop.quit()` or drops the link.

import { runWell } from "./client-program.ts";
import type { MailPlace } from "./mail-place.ts";

const logIn = `
import base64, poplib, ssl, sys
host, port, ca, user, password, *arguments = sys.argv[1:]
pop = poplib.POP3_SSL(host, int(port), context=ssl.create_default_context(cafile=ca))
pop.user(user)
pop.pass_(password)
`;

export async function pythonPop(place: MailPlace, script: string, ...args: readonly string[]): Promise<string> {
  const { host, ports, caFile, user, password } = place;
  const words = [host, String(ports.pop3s), caFile, user, password, ...args];
  return await runWell("python3", ["-c", `${logIn}${script}`, ...words], { timeoutMs: 100_000 });
}
