// The table that a help page shows: what to type into a mail program.

import { textTable } from "./text-table.ts";
import type { Json } from "./verb.ts";

export interface MailEndpoint {
  readonly service: "imap" | "pop3" | "submission";
  readonly server: string;
  readonly port: number;
  readonly encryption: "SSL/TLS" | "STARTTLS" | "none";
}

export interface MailAccountSettings {
  readonly user: string;
  /** The password, or a hint where to find it. */
  readonly password: string;
  readonly endpoints: readonly MailEndpoint[];
}

const purposes: Readonly<Record<MailEndpoint["service"], string>> = {
  imap: "Incoming mail (IMAP)",
  pop3: "Incoming mail (POP)",
  submission: "Outgoing mail (SMTP)",
};

export function settingsTable({ user, password, endpoints }: MailAccountSettings): string {
  const rows = ordered(endpoints).map(({ service, server, port, encryption }) => {
    return [purposes[service], server, String(port), encryption, user, password];
  });
  return textTable(["", "Server", "Port", "Encryption", "User name", "Password"], rows);
}

export function settingsData({ user, endpoints }: MailAccountSettings): Json {
  return {
    user,
    endpoints: ordered(endpoints).map(({ service, server, port, encryption }) => ({
      service,
      server,
      port,
      encryption,
    })),
  };
}

/** By purpose, and within it the safer first, since people take what they see first. */
function ordered(endpoints: readonly MailEndpoint[]): readonly MailEndpoint[] {
  const services = Object.keys(purposes);
  const encryptions = ["SSL/TLS", "STARTTLS", "none"];
  const rank = ({ service, encryption }: MailEndpoint): number =>
    services.indexOf(service) * encryptions.length + encryptions.indexOf(encryption);
  return endpoints.toSorted((one, other) => rank(one) - rank(other));
}
