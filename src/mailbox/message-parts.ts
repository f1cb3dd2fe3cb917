// The parts of a message for those who search it: small messages are read whole, large ones some parts at a time.

import { searchWholeBytesMax } from "../base/limits.ts";
import type { Part } from "../mime/part.ts";
import { parseStructure, StructureParser } from "../mime/structure-parser.ts";
import type { StoredBody } from "./open-mailbox.ts";
import { cost, type SearchPace } from "./search-pace.ts";

export interface PartsReader {
  readonly root: Part;
  /** Bytes of the message, from its beginning to its end. */
  readonly read: (from: number, to: number) => Uint8Array | Promise<Uint8Array>;
}

export async function readParts(body: StoredBody, pace: SearchPace): Promise<PartsReader> {
  if (body.size <= searchWholeBytesMax) {
    const bytes = await body.slice(0, body.size);
    const root = parseStructure(bytes);
    const turn = pace.spend(cost.rowNs + bytes.length * cost.structureByteNs);
    if (turn !== undefined) await turn;
    return { root, read: (from, to) => bytes.subarray(from, to) };
  }
  const parser = new StructureParser();
  for await (const chunk of body.chunks(0, body.size)) {
    parser.push(chunk);
    const turn = pace.spend(chunk.length * cost.structureByteNs);
    if (turn !== undefined) await turn;
  }
  return { root: parser.finish(), read: windowsOf(body) };
}

function windowsOf(body: StoredBody): PartsReader["read"] {
  let start = 0;
  let window: Uint8Array = new Uint8Array(0);
  return async (from, to) => {
    if (from < start || to > start + window.length) {
      window = await body.slice(from, Math.max(to, from + searchWholeBytesMax));
      start = from;
    }
    return window.subarray(from - start, to - start);
  };
}
