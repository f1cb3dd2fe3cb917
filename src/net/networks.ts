// Networks whose hosts are trusted.

import { BlockList, isIP } from "node:net";

export interface NetworkOfHosts {
  readonly address: string;
  /** The bits that all of it share. */
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

export class Networks {
  readonly #list = new BlockList();

  constructor(networks: readonly NetworkOfHosts[]) {
    for (const { address, prefix, family } of networks) this.#list.addSubnet(address, prefix, family);
  }

  /** An IP address; what came over a UNIX socket is in no network. */
  has(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#list.check(address, version === 4 ? "ipv4" : "ipv6");
  }
}
