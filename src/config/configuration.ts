// The configuration: decoded once from TOML into a frozen value, every fault told at once. Nothing here reads a file.

import { resolve } from "node:path";
import { parse, TomlError } from "smol-toml";
import type { z } from "zod";
import type { QuotaAmounts } from "../model/quota.ts";
import { type ConfigFault, sortFaults } from "./config-fault.ts";
import { crossFaults } from "./cross-faults.ts";
import { nearestName } from "./nearest-name.ts";
import { type Settings, settingsSchema } from "./schema.ts";
import { docAt, namesAt } from "./setting-tree.ts";
import { type LineOf, tomlLines } from "./toml-lines.ts";

/** All paths in it are absolute. */
export interface Configuration {
  readonly hostName: string;
  readonly dataFolder: string;
  readonly listeners: Readonly<Settings["listeners"]>;
  readonly tls: TlsConfiguration | undefined;
  readonly smarthost: SmarthostConfiguration | undefined;
  readonly mail: MailConfiguration;
  readonly imap: Readonly<Settings["imap"]>;
  readonly limits: LimitsConfiguration;
  readonly log: Readonly<Settings["log"]>;
}

export interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface TlsConfiguration {
  readonly standard: CertificateFiles;
  readonly others: readonly CertificateFiles[];
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
}

export interface SmarthostConfiguration {
  readonly host: string;
  readonly port: number;
  readonly tls: "starttls" | "tls" | "none";
  readonly login: { readonly user: string; readonly passwordFile: string } | undefined;
  readonly trustedFile: string | undefined;
}

export interface MailConfiguration {
  readonly messageBytesMax: number;
  readonly expungedKeptDays: number;
  readonly copySentMail: boolean;
  readonly subaddressSeparator: string;
  readonly quota: QuotaAmounts;
}

export interface LimitsConfiguration {
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  readonly newConnectionsPerMinuteMax: number;
  readonly sessionsPerAccountMax: number;
  readonly loginFailuresMax: number;
  readonly loginTimeoutMs: number;
  readonly imapIdleTimeoutMs: number;
  readonly imapMessagesPerCommandMax: number;
  readonly pop3IdleTimeoutMs: number;
  readonly pop3LoginDelaySeconds: number;
}

export type Decoded = { readonly configuration: Configuration } | { readonly faults: readonly ConfigFault[] };

const dayMs = 86_400_000;
const secondMs = 1_000;

/** `text` is the file, `folder` the one it lies in: relative paths start there. */
export function decodeConfiguration(text: string, folder: string): Decoded {
  let table: Readonly<Record<string, unknown>>;
  try {
    table = parse(text, { unsafeKeyBehaviour: "throw" });
  } catch (error) {
    return { faults: [syntaxFault(error)] };
  }
  const lineOf = tomlLines(text);
  const parsed = settingsSchema.safeParse(table);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => schemaFaults(issue, table, lineOf))),
    ...crossFaults(table, lineOf),
  ];
  if (!parsed.success || faults.length > 0) return { faults: sortFaults(faults) };
  return { configuration: deepFreeze(configurationOf(parsed.data, (path) => resolve(folder, path))) };
}

function syntaxFault(error: unknown): ConfigFault {
  if (!(error instanceof TomlError)) throw error;
  // The first line is what is wrong; the lines after it show the place, which a line number does too.
  const what = error.message.replace(/^Invalid TOML document: /, "").split("\n", 1)[0] ?? "";
  return { path: "", line: error.line, text: `is not TOML here: ${what}` };
}

function schemaFaults(issue: z.core.$ZodIssue, table: unknown, lineOf: LineOf): ConfigFault[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const meant = nearestName(key, namesAt(path));
      const hint = meant === undefined ? `known here: ${namesAt(path).join(", ")}` : `did you mean ${meant}?`;
      return fault([...path, key], lineOf, `there is no such setting; ${hint}`);
    });
  }
  const owner = ownerOf(path);
  const right = docAt(owner)?.right ?? issue.message;
  const given = valueAt(table, path);
  return [
    fault(
      path,
      lineOf,
      given === undefined ? `is missing; write ${right}` : `${shown(given)} will not do; write ${right}`,
    ),
  ];
}

// The place of a list is told by what is told of the list.
function ownerOf(path: readonly (string | number)[]): readonly (string | number)[] {
  return docAt(path) === undefined ? path.slice(0, -1) : path;
}

function fault(path: readonly (string | number)[], lineOf: LineOf, text: string): ConfigFault {
  return { path: formatPath(path), line: lineOf(path), text };
}

/** `tls.others[0].key`. */
function formatPath(path: readonly (string | number)[]): string {
  return path.map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${part}`)).join("");
}

function valueAt(table: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined),
    table,
  );
}

const shownCharsMax = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a table";
  const written = JSON.stringify(value) ?? String(value);
  return written.length > shownCharsMax ? `${written.slice(0, shownCharsMax)}...` : written;
}

function configurationOf(settings: Settings, at: (path: string) => string): Configuration {
  const { hostname, data, listeners, tls, smarthost, mail, log } = settings;
  return {
    hostName: hostname,
    dataFolder: at(data),
    listeners: { ...listeners, lmtp: { ...listeners.lmtp, path: at(listeners.lmtp.path) } },
    tls: tls && {
      standard: { certificateFile: at(tls.certificate), keyFile: at(tls.key) },
      others: tls.others.map(({ certificate, key }) => ({ certificateFile: at(certificate), keyFile: at(key) })),
      minVersion: tls.minimumVersion === "1.3" ? "TLSv1.3" : "TLSv1.2",
    },
    smarthost: smarthost && smarthostOf(smarthost, at),
    mail: {
      messageBytesMax: mail.messageSize,
      expungedKeptDays: Math.ceil(mail.expungedKept / dayMs),
      copySentMail: mail.copySentMail,
      subaddressSeparator: mail.subaddressSeparator,
      quota: { bytes: mail.quota, messages: mail.quotaMessages, mailboxes: mail.quotaMailboxes },
    },
    imap: settings.imap,
    limits: limitsOf(settings.limits),
    log,
  };
}

function smarthostOf(
  smarthost: NonNullable<Settings["smarthost"]>,
  at: (path: string) => string,
): SmarthostConfiguration {
  const { host, port, tls, user, passwordFile, trustedFile } = smarthost;
  return {
    host,
    port,
    tls,
    login: user === undefined || passwordFile === undefined ? undefined : { user, passwordFile: at(passwordFile) },
    trustedFile: trustedFile === undefined ? undefined : at(trustedFile),
  };
}

function limitsOf(limits: Settings["limits"]): LimitsConfiguration {
  return {
    connectionsMax: limits.connections,
    connectionsPerAddressMax: limits.connectionsPerAddress,
    newConnectionsPerMinuteMax: limits.newConnectionsPerMinute,
    sessionsPerAccountMax: limits.sessionsPerAccount,
    loginFailuresMax: limits.loginFailures,
    loginTimeoutMs: limits.loginWait,
    imapIdleTimeoutMs: limits.imapIdle,
    imapMessagesPerCommandMax: limits.imapMessagesPerCommand,
    pop3IdleTimeoutMs: limits.pop3Idle,
    pop3LoginDelaySeconds: Math.ceil(limits.pop3LoginDelay / secondMs),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
