// What a quirk of this folder is: a client that breaks on a capability is not shown it. RFC 2971 3: "Implementations MUST
// NOT make operational changes based on the data sent as part of the ID command or response." That is broken here, for
// clients that were seen to break, because the people who run them cannot wait; every command still works for every client.

import type { ClientId } from "../wire/id-args.ts";

export interface Quirk {
  /** Whether it is this client that speaks. */
  readonly matches: (id: ClientId) => boolean;
  /** The capabilities that it is not shown, and cannot enable. */
  readonly hides: readonly string[];
}
