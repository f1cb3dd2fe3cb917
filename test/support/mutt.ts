// mutt on a terminal, reading over IMAPS.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MailPlace } from "./mail-place.ts";
import { type Terminal, terminal } from "./terminal.ts";

/** In `home`, where its settings are written. `more` are lines of them, `args` stand behind its name. */
export async function muttIn(
  home: string,
  place: MailPlace,
  { more = "", args = [] }: { readonly more?: string; readonly args?: readonly string[] } = {},
): Promise<Terminal> {
  await writeFile(join(home, ".muttrc"), muttSettings(place) + more, { mode: 0o600 });
  return await terminal(home, ["mutt", "-F", join(home, ".muttrc"), ...args]);
}

export function muttSettings({ host, ports, caFile, user, password }: MailPlace): string {
  return `set imap_user="${user}"
set imap_pass="${password}"
set folder="imaps://${host}:${ports.imaps}/"
set spoolfile="+INBOX"
set certificate_file="" ssl_ca_certificates_file="${caFile}"
set ssl_starttls=yes ssl_force_tls=yes
set from="${user}" use_from=yes realname="Asha" use_envelope_from=yes hostname=localhost
set smtp_url="smtps://${user}@${host}:${ports.submissions}/" smtp_pass="${password}"
set charset=utf-8 send_charset="us-ascii:utf-8"
set mail_check=1 timeout=1 sleep_time=0 imap_keepalive=60
set quit=yes delete=yes move=no mark_old=no confirmcreate=no confirmappend=no beep=no
set record="" header_cache="" message_cachedir=""
`;
}

/** The keys that type `text` where mutt asks for a mailbox: a space alone would go to the next mailbox with new mail. */
export function typedInMutt(text: string): string[] {
  return text.split(/( )/).flatMap((part) => (part === " " ? ["C-v", "Space"] : [part]));
}
