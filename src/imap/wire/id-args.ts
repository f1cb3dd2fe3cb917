// ID (RFC 2971 3.1): NIL, or pairs of a field and its value.

import { imapIdFieldBytesMax, imapIdPairsMax, imapIdValueBytesMax } from "../../base/limits.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { beyondLimit } from "./syntax-fault.ts";

/** Field names in small letters; a Map, since the client chooses them. Empty for NIL. */
export type ClientId = ReadonlyMap<string, string | null>;

export function readId(args: ArgumentReader): ClientId {
  const pairs = new Map<string, string | null>();
  let count = 0;
  if (args.takeOpen()) {
    while (!args.takeClose()) {
      if (count > 0) args.space();
      if (++count > imapIdPairsMax) throw beyondLimit("Too many fields in ID");
      const field = args.string().toLowerCase();
      args.space();
      const value = args.nstring();
      if (field.length > imapIdFieldBytesMax || (value?.length ?? 0) > imapIdValueBytesMax) {
        throw beyondLimit("A field of ID is too long");
      }
      pairs.set(field, value);
    }
  } else args.nil();
  args.end();
  return pairs;
}
