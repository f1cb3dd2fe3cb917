// A message as a client without UTF-8 may see it (RFC 6856 2.1, RFC 6858), in pieces. Nearly all mail is ASCII in its
// headers and goes out untouched; it costs one look at each piece, in native code.
//
// One piece is held back, since the field that has to change may begin in it. Liberty: a field that begins earlier
// still, being longer than a piece, goes out as it came.

import { isAscii } from "node:buffer";
import { concatBytes } from "../../base/bytes.ts";
import type { MessageBody } from "../maildrop.ts";
import { findEdits } from "./find-edits.ts";
import type { Edit } from "./header-edits.ts";

export async function* surrogateChunks(
  chunks: AsyncIterable<Uint8Array>,
  body: MessageBody,
): AsyncGenerator<Uint8Array, void, void> {
  let beginning: Uint8Array | null = null;
  let held: Uint8Array | null = null;
  let editor: Editor | null = null;
  let sent = 0;
  for await (const chunk of chunks) {
    beginning ??= chunk;
    if (editor === null && !isAscii(chunk)) {
      editor = new Editor(await findEdits(body, beginning), sent);
      if (held !== null) yield editor.push(held);
      held = null;
    }
    if (editor !== null) {
      yield editor.push(chunk);
      continue;
    }
    if (held !== null) {
      yield held;
      sent += held.length;
    }
    held = chunk;
  }
  if (held !== null) yield held;
}

/** Applies edits to bytes as they pass. */
class Editor {
  readonly #edits: readonly Edit[];
  #next: number;
  #offset: number;

  /** The bytes to come begin at `offset` of the message. */
  constructor(edits: readonly Edit[], offset: number) {
    this.#edits = edits;
    this.#offset = offset;
    const first = edits.findIndex(({ start }) => start >= offset);
    this.#next = first === -1 ? edits.length : first;
  }

  push(chunk: Uint8Array): Uint8Array {
    const begin = this.#offset;
    const end = begin + chunk.length;
    this.#offset = end;
    const parts: Uint8Array[] = [];
    let at = begin;
    for (;;) {
      const edit = this.#edits[this.#next];
      if (edit === undefined || edit.start >= end) break;
      if (edit.start >= begin) parts.push(chunk.subarray(at - begin, edit.start - begin), edit.replacement);
      at = Math.min(edit.end, end);
      if (edit.end > end) break;
      this.#next++;
    }
    if (at === begin && parts.length === 0) return chunk;
    parts.push(chunk.subarray(at - begin));
    return concatBytes(parts);
  }
}
