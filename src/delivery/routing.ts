// Where mail for an address goes, and who may send as whom.

import type { Directory } from "../directory/directory.ts";
import { refuse } from "../model/problem.ts";
import type { Origin, ReversePath, Route } from "./envelope.ts";

export interface RoutingParts {
  readonly directory: Pick<Directory, "resolveRecipient">;
  readonly smarthost: "configured" | "none";
}

/** Throws recipient-unknown, relay-denied, address-invalid. */
export async function routeOf({ directory, smarthost }: RoutingParts, address: string, origin: Origin): Promise<Route> {
  const found = await directory.resolveRecipient(address);
  switch (found.kind) {
    case "account":
      return { kind: "account", account: found.accountId };
    case "unknown":
      throw refuse({ kind: "recipient-unknown" });
    case "invalid":
      throw refuse({ kind: "address-invalid" });
    case "foreign":
      // RFC 5321 7.9: no relay for strangers.
      if (origin.kind === "stranger" || smarthost === "none") throw refuse({ kind: "relay-denied" });
      return { kind: "smarthost" };
  }
}

/** RFC 6409 6.1. Throws sender-not-owned. */
export async function checkSender(
  directory: Pick<Directory, "ownsAddress">,
  sender: ReversePath,
  origin: Origin,
): Promise<void> {
  // The null sender is anybody's: read receipts have it (RFC 8098 2.1).
  if (origin.kind === "stranger" || sender === "") return;
  if (!(await directory.ownsAddress(origin.account, sender))) throw refuse({ kind: "sender-not-owned" });
}
