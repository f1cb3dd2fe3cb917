// Unknown errors: each is logged in full under an id, and the client is told the id alone.

import type { Entropy } from "../base/clock.ts";
import type { Log, LogFields } from "./log.ts";

/** Letters and digits that cannot be taken for one another when read out on the telephone (RFC 4648 6 less I and O, plus 8 and 9). */
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const idLength = 8;

export class Faults {
  readonly #log: Log;
  readonly #entropy: Entropy;
  #count = 0;

  constructor(log: Log, entropy: Entropy) {
    this.#log = log;
    this.#entropy = entropy;
  }

  /** Logs a bug and returns the id to tell: `internal error 7KX3QBDM`. */
  record(error: unknown, fields: LogFields, where: string): string {
    this.#count += 1;
    const faultId = Array.from(this.#entropy.bytes(idLength), (byte) => alphabet.charAt(byte % alphabet.length)).join(
      "",
    );
    this.#log.error({ faultId, ...fields, error }, where);
    return faultId;
  }

  /** How many there were, for the metrics. */
  get count(): number {
    return this.#count;
  }
}
