// The announcement of a literal at the end of a line: `{5}`, `{5+}` (RFC 7888), `~{5}`, `~{5+}` (RFC 3516, RFC 4466).

import type { OctetQueue } from "./octet-queue.ts";
import { isDigit, octet, octetClass } from "./octets.ts";

export interface LiteralHead {
  readonly form: "literal" | "literal8";
  /** Whether the client waits for a continuation request before it sends the octets. */
  readonly sends: "when-asked" | "at-once";
  /** Announced length; Infinity when it is no 53-bit number. */
  readonly bytes: number;
  /** Where the announcement begins. */
  readonly at: number;
}

/** No announcement is longer: `~{` 20 digits `+}`. */
export const literalHeadBytesMax = 24;

/** The announcement that ends right before offset `end` and begins at or behind `from`, or null. */
export function readLiteralHead(queue: OctetQueue, from: number, end: number): LiteralHead | null {
  let at = end - 1;
  if (at < from || queue.at(at) !== octet.closeBrace) return null;
  at--;
  const isNonSync = queue.at(at) === octet.plus;
  if (isNonSync) at--;
  const lastDigit = at;
  let bytes = 0;
  for (let scale = 1; at >= from && ((octetClass[queue.at(at)] ?? 0) & isDigit) !== 0; at--, scale *= 10) {
    if (lastDigit - at >= 20) return null;
    bytes += (queue.at(at) - octet.zero) * scale;
  }
  if (at === lastDigit || at < from || queue.at(at) !== octet.openBrace) return null;
  const isLiteral8 = at > from && queue.at(at - 1) === octet.tilde;
  return {
    form: isLiteral8 ? "literal8" : "literal",
    sends: isNonSync ? "at-once" : "when-asked",
    bytes: bytes <= Number.MAX_SAFE_INTEGER ? bytes : Infinity,
    at: isLiteral8 ? at - 1 : at,
  };
}
