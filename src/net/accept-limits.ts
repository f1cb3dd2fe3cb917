// How many connections the server holds, over all its listeners: in total, from one address, and new ones a minute.
// An IPv6 client owns a /64 and is counted by it. Connections from this machine itself count in total only: a local
// webmail or proxy speaks for many people from one address.

import { BlockList, isIPv6 } from "node:net";
import type { Clock } from "../base/clock.ts";

export interface AcceptBounds {
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  readonly newPerMinutePerAddressMax: number;
}

export type AcceptRefusal = "server-full" | "address-full" | "address-too-fast";

const minuteMs = 60_000;

const ownMachine = new BlockList();
ownMachine.addSubnet("127.0.0.0", 8, "ipv4");
ownMachine.addAddress("::1", "ipv6");

export class AcceptLimits {
  readonly #clock: Clock;
  #bounds: AcceptBounds;
  #total = 0;
  #held = new Map<string, number>();
  /** New connections in the present minute; emptied when it ends, so it holds one minute's addresses at most. */
  #recent = new Map<string, number>();
  #minute = -1;

  constructor(bounds: AcceptBounds, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
  }

  /** Other bounds for connections to come. */
  change(bounds: AcceptBounds): void {
    this.#bounds = bounds;
  }

  get total(): number {
    return this.#total;
  }

  /** Takes a place for a client, or says why not. A place taken is given back with `leave`, once. */
  enter(address: string): AcceptRefusal | undefined {
    if (this.#total >= this.#bounds.connectionsMax) return "server-full";
    const client = clientOf(address);
    if (client !== undefined) {
      const held = this.#held.get(client) ?? 0;
      const recent = this.#recentOf(client);
      if (held >= this.#bounds.connectionsPerAddressMax) return "address-full";
      if (recent >= this.#bounds.newPerMinutePerAddressMax) return "address-too-fast";
      this.#held.set(client, held + 1);
      this.#recent.set(client, recent + 1);
    }
    this.#total += 1;
    return undefined;
  }

  leave(address: string): void {
    this.#total -= 1;
    const client = clientOf(address);
    if (client === undefined) return;
    const held = (this.#held.get(client) ?? 1) - 1;
    if (held > 0) this.#held.set(client, held);
    else this.#held.delete(client);
  }

  #recentOf(client: string): number {
    const minute = Math.floor(this.#clock.monotonicMs() / minuteMs);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#recent = new Map();
    }
    return this.#recent.get(client) ?? 0;
  }
}

/** What one client is counted by: its address, an IPv6 client's /64; undefined for this machine itself. */
export function clientOf(address: string): string | undefined {
  if (!isIPv6(address)) return address === "local" || ownMachine.check(address, "ipv4") ? undefined : address;
  if (ownMachine.check(address, "ipv6")) return undefined;
  const [head = "", tail] = address.split("%", 1)[0]?.split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [
    ...before,
    ...Array<string>(tail === undefined ? 0 : 8 - before.length - after.length).fill("0"),
    ...after,
  ];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
