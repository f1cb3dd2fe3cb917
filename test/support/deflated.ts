// The client's half of COMPRESS=DEFLATE (RFC 4978) by zlib's own streams: a socket whose words are compressed both ways.

import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { constants, createDeflateRaw, createInflateRaw } from "node:zlib";

/** Each write is flushed. The end of what the client says is the end of its stream. */
export function deflated(plain: Socket): Duplex {
  plain.removeAllListeners();
  // The server ends its connection, not its stream.
  const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  const deflate = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH });
  plain.pipe(inflate);
  plain.on("error", () => inflate.end());
  plain.on("close", () => inflate.end());
  deflate.pipe(plain);
  const both = new Duplex({
    read: () => inflate.resume(),
    write: (chunk: Buffer, _, done) => deflate.write(chunk, done),
    final: (done) => deflate.end(done),
    destroy: (error, done) => {
      plain.destroy();
      done(error);
    },
  });
  inflate.on("data", (piece: Buffer) => {
    if (!both.push(piece)) inflate.pause();
  });
  inflate.on("end", () => both.push(null));
  inflate.on("error", (error) => both.destroy(error));
  return both;
}
