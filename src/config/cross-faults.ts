// Faults between settings. They are looked for in the table as it is written, so that they are told together with the
// faults of single settings.

import { isIP } from "node:net";
import type { ConfigFault } from "./config-fault.ts";
import { listenerNames } from "./schema.ts";
import { sections } from "./setting-tree.ts";
import type { LineOf } from "./toml-lines.ts";

type Table = Readonly<Record<string, unknown>>;

export function crossFaults(table: Table, lineOf: LineOf): ConfigFault[] {
  return [...tlsFaults(table, lineOf), ...smarthostFaults(table, lineOf), ...portFaults(table, lineOf)];
}

/** RFC 8314 3: no password without TLS, so where people log in there must be a certificate. */
const loginListeners = ["imap", "imaps", "pop3", "pop3s", "submission", "submissions"] as const;

function tlsFaults(table: Table, lineOf: LineOf): ConfigFault[] {
  const needy = loginListeners.filter((name) => enabled(table, name));
  if (table["tls"] !== undefined || needy.length === 0) return [];
  const text = `is missing; write certificate and key, which ${needy.join(", ")} need, or turn these listeners off`;
  return [{ path: "tls", line: lineOf(["tls"]), text }];
}

function smarthostFaults(table: Table, lineOf: LineOf): ConfigFault[] {
  const smarthost = tableIn(table, "smarthost");
  const told = (name: string, text: string) => [{ path: `smarthost.${name}`, line: lineOf(["smarthost", name]), text }];
  const { user, passwordFile, tls, host } = smarthost;
  return [
    ...(user !== undefined && passwordFile === undefined ? told("passwordFile", "is missing; user needs it") : []),
    ...(user === undefined && passwordFile !== undefined ? told("user", "is missing; passwordFile needs it") : []),
    ...(tls === "none" && typeof host === "string" && !isOwnMachine(host)
      ? told("tls", `"none" is for a server on this machine; ${host} is another: write "starttls" or "tls"`)
      : []),
  ];
}

function isOwnMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Two listeners cannot have one port on one address. */
function portFaults(table: Table, lineOf: LineOf): ConfigFault[] {
  const taken = new Map<string, string>();
  const faults: ConfigFault[] = [];
  for (const name of listenerNames.filter((listener) => enabled(table, listener))) {
    const { addresses, port } = placeOf(table, name);
    const rival = addresses.flatMap((address) => rivals(taken, address, port))[0];
    if (rival !== undefined) {
      const line = lineOf(["listeners", name, "port"]);
      faults.push({
        path: `listeners.${name}.port`,
        line,
        text: `${port} is taken by listeners.${rival}; write another`,
      });
    }
    for (const address of addresses) taken.set(`${address} ${port}`, name);
  }
  return faults;
}

function rivals(taken: ReadonlyMap<string, string>, address: string, port: number): string[] {
  return [...taken]
    .filter(([place]) => {
      const [other, otherPort] = place.split(" ");
      return Number(otherPort) === port && (other === address || other === "*" || address === "*");
    })
    .map(([, name]) => name);
}

function placeOf(table: Table, name: string): { addresses: string[]; port: number } {
  const { addresses, port } = tableIn(tableIn(table, "listeners"), name);
  const fallback = (setting: string) =>
    sections()
      .find((section) => section.name === `listeners.${name}`)
      ?.settings.find((one) => one.name === setting)?.fallback;
  const standard: unknown = JSON.parse(fallback("addresses") ?? "[]");
  const written = Array.isArray(addresses) ? addresses : Array.isArray(standard) ? standard : [];
  return {
    addresses: written.filter((address) => typeof address === "string"),
    port: typeof port === "number" ? port : Number(fallback("port") ?? 0),
  };
}

function enabled(table: Table, name: string): boolean {
  return tableIn(tableIn(table, "listeners"), name)["enabled"] !== false;
}

function tableIn(table: Table, name: string): Table {
  const inner = table[name];
  return typeof inner === "object" && inner !== null ? Object.fromEntries(Object.entries(inner)) : {};
}
