// Previews of messages, read from their bodies as they are asked for (RFC 8970), several by one reader: after some
// hundred kilobytes everybody else has a turn.

import { previewLazyBytesMax, previewTurnBytesMax } from "../base/limits.ts";
import type { Part } from "../mime/part.ts";
import { previewSources, previewText } from "../mime/preview.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";
import type { StoredBody } from "./open-mailbox.ts";

export class PreviewReader {
  #bytesSinceTurn = 0;

  /** RFC 8970 4.1: whether a preview can be told "without undue delay". */
  isQuick(body: StoredBody): boolean {
    return body.size <= previewLazyBytesMax;
  }

  /** "" when there is nothing to read in the message (RFC 8970 3.2). */
  async read(body: StoredBody, structure: Part): Promise<string> {
    await this.#count(Math.min(body.size, previewTurnBytesMax));
    for (const { part, start, end } of previewSources(structure)) {
      const text = previewText(part, await body.slice(start, end));
      await this.#count(end - start);
      if (text !== "") return text;
    }
    return "";
  }

  async #count(bytes: number): Promise<void> {
    this.#bytesSinceTurn += bytes;
    if (this.#bytesSinceTurn < previewTurnBytesMax) return;
    this.#bytesSinceTurn = 0;
    await eventLoopTurn();
  }
}
