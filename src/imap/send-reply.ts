// What a conversation has to say, on its way to the client.

import { imapReplyPieceBytes } from "../base/limits.ts";
import { Connection } from "../net/connection.ts";
import type { DeflateLayer } from "../net/deflate-layer.ts";
import type { Writer } from "./wire/writer.ts";

/** Sends all that was written; a promise when the client is behind. */
export function sendReply(out: Writer, to: Connection | DeflateLayer): Promise<void> | undefined {
  if (out.length === 0) return undefined;
  // The kernel mostly takes a piece of a long reply at once, and its place is used again.
  if (out.length >= imapReplyPieceBytes && to instanceof Connection && !to.secure)
    return to.writeNow(out.lend(), () => out.giveAway());
  return to.write(out.take());
}
