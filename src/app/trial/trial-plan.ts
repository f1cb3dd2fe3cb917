// What a server in trial mode does: every protocol, on this machine only. Passwords may cross loopback in the clear,
// since nobody is on the way.

import { expungedKeptDays, imapMessagesPerCommandMax, messageBytesMax } from "../../base/limits.ts";
import { usualPolicy } from "../../directory/directory-policy.ts";
import { usualImapPatience } from "../../imap/patience.ts";
import { usualPop3Patience } from "../../pop3/patience.ts";
import type { ListenerPlan, ServerPlan } from "../server-plan.ts";
import type { TrialCertificateFiles } from "./trial-certificates.ts";
import { type TrialPortName, type TrialPorts, trialHost, usualTrialPorts } from "./trial-ports.ts";

/** `localhost` means both, and programs differ in which they try first. */
export const trialAddresses = ["127.0.0.1", "::1"] as const;

const services: readonly (readonly [TrialPortName, ListenerPlan["protocol"], ListenerPlan["tls"]])[] = [
  ["imap", "imap", "starttls"],
  ["imaps", "imap", "implicit"],
  ["pop3", "pop3", "starttls"],
  ["pop3s", "pop3", "implicit"],
  ["submission", "submission", "starttls"],
  ["submissions", "submission", "implicit"],
  ["smtp", "smtp", "starttls"],
];

export function trialPlan(
  dataFolder: string,
  ports: "usual" | "auto",
  { certificateFile, keyFile }: TrialCertificateFiles,
  addresses: readonly string[],
): ServerPlan {
  return {
    dataFolder,
    policy: usualPolicy,
    hostName: trialHost,
    listeners: services.map(([name, protocol, tls]) => ({
      name,
      protocol,
      tls,
      plaintext: "allowed",
      proxyFrom: [],
      at: addresses.map((host) => ({ host, port: ports === "auto" ? 0 : usualTrialPorts[name] })),
    })),
    tls: { standard: { certificateFile, keyFile }, others: [], minVersion: "TLSv1.2" },
    smarthost: undefined,
    status: [],
    bounds: { connectionsMax: 10_000, connectionsPerAddressMax: 10_000, newPerMinutePerAddressMax: 100_000 },
    sessionsPerAccountMax: 10_000,
    imapPatience: usualImapPatience,
    imapUnauthenticate: "not-offered",
    imapMessagesPerCommandMax,
    pop3Patience: usualPop3Patience,
    pop3LoginDelaySeconds: 0,
    messageBytesMax,
    expungedKeptDays,
  };
}

/** The ports in use, by what `Server.ports` says. */
export function portsOf(listening: ReadonlyMap<string, number>, https: number): TrialPorts {
  const port = (name: TrialPortName): number => listening.get(name) ?? 0;
  return {
    imap: port("imap"),
    imaps: port("imaps"),
    pop3: port("pop3"),
    pop3s: port("pop3s"),
    submission: port("submission"),
    submissions: port("submissions"),
    smtp: port("smtp"),
    https,
  };
}
