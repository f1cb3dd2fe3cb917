// What a configured server does, from its configuration.

import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import type { MailEndpoint } from "../admin/settings-table.ts";
import type { Configuration, SmarthostConfiguration } from "../config/configuration.ts";
import type { Smarthost } from "../delivery/smarthost-connection.ts";
import { type DirectoryPolicy, usualPolicy } from "../directory/directory-policy.ts";
import type { BindPoint } from "../net/listener.ts";
import type { ListenerPlan, ServerPlan } from "./server-plan.ts";

/** Descriptors that systemd has opened, by listener name. */
export type Activated = ReadonlyMap<string, readonly number[]>;

const services = [
  ["imap", "imap", "starttls"],
  ["imaps", "imap", "implicit"],
  ["pop3", "pop3", "starttls"],
  ["pop3s", "pop3", "implicit"],
  ["submission", "submission", "starttls"],
  ["submissions", "submission", "implicit"],
  ["smtp", "smtp", "starttls"],
] as const;

export async function configuredPlan(
  configuration: Configuration,
  dataFolder: string,
  activated: Activated,
): Promise<ServerPlan> {
  const { hostName, tls, smarthost, limits, mail, listeners } = configuration;
  const { status } = listeners;
  return {
    dataFolder,
    policy: policyOf(configuration),
    hostName,
    listeners: listenersOf(configuration, activated),
    tls,
    smarthost: smarthost === undefined ? undefined : await smarthostOf(smarthost, hostName),
    status: status.enabled ? status.addresses.map((address) => ({ host: hostOf(address), port: status.port })) : [],
    bounds: {
      connectionsMax: limits.connectionsMax,
      connectionsPerAddressMax: limits.connectionsPerAddressMax,
      newPerMinutePerAddressMax: limits.newConnectionsPerMinuteMax,
    },
    sessionsPerAccountMax: limits.sessionsPerAccountMax,
    imapPatience: {
      loginTimeoutMs: limits.loginTimeoutMs,
      idleTimeoutMs: limits.imapIdleTimeoutMs,
      failedLoginsMax: limits.loginFailuresMax,
    },
    imapUnauthenticate: configuration.imap.unauthenticate ? "offered" : "not-offered",
    imapMessagesPerCommandMax: limits.imapMessagesPerCommandMax,
    pop3Patience: {
      loginTimeoutMs: limits.loginTimeoutMs,
      idleTimeoutMs: limits.pop3IdleTimeoutMs,
      failedLoginsMax: limits.loginFailuresMax,
    },
    pop3LoginDelaySeconds: limits.pop3LoginDelaySeconds,
    messageBytesMax: mail.messageBytesMax,
    expungedKeptDays: mail.expungedKeptDays,
  };
}

export function policyOf({ mail }: Configuration): DirectoryPolicy {
  return {
    subaddressSeparator: mail.subaddressSeparator,
    settings: { ...usualPolicy.settings, copySent: mail.copySentMail },
    quota: mail.quota,
  };
}

/** What people type into their mail programs. */
export function configuredEndpoints({ hostName, listeners }: Configuration): readonly MailEndpoint[] {
  return services.flatMap(([name, service, tls]) => {
    const { enabled, port } = listeners[name];
    if (!enabled || service === "smtp") return [];
    const encryption = tls === "implicit" ? ("SSL/TLS" as const) : ("STARTTLS" as const);
    return [{ service, server: hostName, port, encryption }];
  });
}

function listenersOf({ listeners, tls }: Configuration, activated: Activated): ListenerPlan[] {
  const plans: ListenerPlan[] = services.flatMap(([name, protocol, kind]) => {
    const { enabled, addresses, port, proxyFrom } = listeners[name];
    const places = addresses.map((address) => ({ host: hostOf(address), port }));
    const at = activatedPlaces(activated, name) ?? places;
    const way = tls === undefined ? "absent" : kind;
    return enabled ? [{ name, protocol, at, tls: way, plaintext: "refused", proxyFrom }] : [];
  });
  const { enabled, path } = listeners.lmtp;
  const at = activatedPlaces(activated, "lmtp") ?? [{ path }];
  const common = { tls: "absent", plaintext: "refused", proxyFrom: [] } as const;
  return enabled ? [...plans, { name: "lmtp", protocol: "lmtp", at, ...common }] : plans;
}

function activatedPlaces(activated: Activated, name: string): readonly BindPoint[] | undefined {
  return activated.get(name)?.map((fd) => ({ fd }));
}

/** "*": a socket for both families where the machine has both. */
function hostOf(address: string): string {
  if (address !== "*") return address;
  const own = Object.values(networkInterfaces()).flat();
  return own.some((one) => one?.family === "IPv6") ? "::" : "0.0.0.0";
}

async function smarthostOf(configured: SmarthostConfiguration, helloName: string): Promise<Smarthost> {
  const { host, port, tls, login, trustedFile } = configured;
  return {
    host,
    port,
    tls,
    credentials:
      login === undefined
        ? undefined
        : { user: login.user, password: (await readFile(login.passwordFile, "utf8")).replace(/\r?\n$/, "") },
    trusted: trustedFile === undefined ? undefined : await readFile(trustedFile, "utf8"),
    helloName,
  };
}
