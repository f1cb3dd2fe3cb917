// A message's bytes, wherever they are kept.

import type { ContentId } from "../model/ids.ts";
import type { AccountStore, StoredBody } from "../store/store.ts";
import { findBody, readInlineBodies } from "../store/work/contents.ts";

/** Throws data-damaged when the bytes are not there. */
export async function readBody(store: AccountStore, content: ContentId): Promise<StoredBody> {
  const place = await store.read(() => findBody(content));
  return place.kind === "file" ? store.fileBody(place.id, place.size) : new InlineBody(place.bytes);
}

/** Bodies that are quick to read, by content, until they hold `bytesMax`. */
export async function readBodies(
  store: AccountStore,
  contents: readonly ContentId[],
  bytesMax: number,
): Promise<ReadonlyMap<ContentId, StoredBody>> {
  const bodies = await store.read(() => readInlineBodies(contents, bytesMax));
  const stored = new Map<ContentId, StoredBody>();
  for (const [content, bytes] of bodies) stored.set(content, new InlineBody(bytes));
  return stored;
}

/** A body in memory. */
export class InlineBody implements StoredBody {
  readonly size: number;
  readonly octets: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.octets = bytes;
    this.size = bytes.length;
  }

  release(): void {
    if (this.octets.buffer instanceof ArrayBuffer) this.octets.buffer.transfer(0);
  }

  async slice(from: number, to: number): Promise<Uint8Array> {
    return this.octets.subarray(from, to);
  }

  async *chunks(from: number, to: number): AsyncIterable<Uint8Array> {
    yield this.octets.subarray(from, to);
  }
}
