// A network as people write it: "10.0.0.0/8", "2001:db8::/32", "192.0.2.7".

import { isIP } from "node:net";

export interface Network {
  readonly address: string;
  /** The bits that all of it share. */
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

export function parseNetwork(text: string): Network | undefined {
  const found = /^([^/%]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text);
  const address = found?.[1] ?? "";
  const version = isIP(address);
  if (version === 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = Number(found?.[2] ?? bits);
  return prefix > bits ? undefined : { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}
