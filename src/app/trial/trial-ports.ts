// Where trial mode listens: high ports that need no privilege, on this machine only.

import type { MailEndpoint } from "../../admin/settings-table.ts";

export type TrialPortName = "imap" | "imaps" | "pop3" | "pop3s" | "submission" | "submissions" | "smtp" | "https";
export type TrialPorts = Readonly<Record<TrialPortName, number>>;

export const trialHost = "localhost";

export const usualTrialPorts: TrialPorts = {
  imap: 1143,
  imaps: 1993,
  pop3: 1110,
  pop3s: 1995,
  submission: 1587,
  submissions: 1465,
  smtp: 1025,
  https: 1443,
};

export function trialEndpoints(ports: TrialPorts): readonly MailEndpoint[] {
  const server = trialHost;
  return [
    { service: "imap", server, port: ports.imaps, encryption: "SSL/TLS" },
    { service: "imap", server, port: ports.imap, encryption: "STARTTLS" },
    { service: "pop3", server, port: ports.pop3s, encryption: "SSL/TLS" },
    { service: "pop3", server, port: ports.pop3, encryption: "STARTTLS" },
    { service: "submission", server, port: ports.submissions, encryption: "SSL/TLS" },
    { service: "submission", server, port: ports.submission, encryption: "STARTTLS" },
  ];
}
