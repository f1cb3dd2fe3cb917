// What a trial server tells: trial.json for scripts, a table and a line to paste for people.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { settingsTable } from "../../admin/settings-table.ts";
import { replaceFile } from "../../store/sqlite/data-folder.ts";
import type { TrialAccount } from "./trial-account.ts";
import { type TrialPorts, trialEndpoints, trialHost } from "./trial-ports.ts";

export interface TrialFacts {
  readonly account: TrialAccount;
  readonly caFile: string;
  readonly ports: TrialPorts;
  readonly dataFolder: string;
}

const trialFile = (dataFolder: string): string => join(dataFolder, "trial.json");

/** What an earlier start wrote is not true any more. */
export async function dropTrialFile(dataFolder: string): Promise<void> {
  await rm(trialFile(dataFolder), { force: true });
}

/** Written whole once everything listens: who sees it may connect. */
export async function writeTrialFile({ account, caFile, ports, dataFolder }: TrialFacts): Promise<void> {
  const { user, password = "" } = account;
  const facts = { user, password, host: trialHost, caFile, ports };
  await replaceFile(trialFile(dataFolder), `${JSON.stringify(facts, null, 2)}\n`);
}

export function trialGreeting({ account, caFile, ports, dataFolder }: TrialFacts): string {
  const { user, password = "(as you set it)" } = account;
  const table = settingsTable({ user, password, endpoints: trialEndpoints(ports) });
  const command = [
    "curl --silent --show-error --cacert",
    quoted(caFile),
    "--user",
    quoted(`${user}:${account.password ?? "PASSWORD"}`),
    quoted(`imaps://${trialHost}:${ports.imaps}/INBOX`),
    "--request",
    quoted("FETCH 1:* (FLAGS INTERNALDATE ENVELOPE)"),
  ];
  return `
Dakghar (ডাকঘর) runs in trial mode: for this machine only, under a certificate that it made itself.

${table}
Certificate authority: ${caFile}
Mail from other programs of this machine is taken on port ${ports.smtp} (SMTP); https://${trialHost}:${ports.https}/ says so too.

This lists the INBOX:

  ${command.join(" ")}

Ctrl-C ends it. The next start goes on with the same mail, in ${dataFolder}.
`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
