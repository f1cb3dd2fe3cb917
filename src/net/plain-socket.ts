// An accepted socket whose reads land in one buffer that all connections share (`onread` of net.Socket), so that an idle
// connection holds no buffer and a busy one allocates what it received, not 64 KiB. bench/connection-echo.ts: some 0.8 us less a round trip.
// Liberty: net.Server cannot be told `onread`, so the accepted socket's handle moves into a socket of ours; where a
// future Node has no such handle, ordinary "data" events do the same work.

import { Socket, type SocketConstructorOpts } from "node:net";
import { readBufferBytes } from "../base/limits.ts";

const sharedBuffer = Buffer.allocUnsafeSlow(readBufferBytes);

/** Who hears what a socket receives. One function for all sockets, so that none has closures of its own. */
export type Hear = (socket: Socket, chunk: Uint8Array) => void;

/** `accepted` must be used no more. `hear` gets bytes of its own. */
export function plainSocket(accepted: Socket, hear: Hear): Socket {
  const handle: unknown = Reflect.get(accepted, "_handle");
  if (typeof handle !== "object" || handle === null || !("useUserBuffer" in handle)) {
    return accepted.on("data", (chunk: Uint8Array) => hear(accepted, chunk));
  }
  Reflect.set(accepted, "_handle", null);
  const options: SocketConstructorOpts = {
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread: { buffer: sharedBuffer, callback: callbackFor(hear) },
  };
  Reflect.set(options, "handle", handle);
  return new Socket(options);
}

type ReadCallback = (this: unknown, length: number) => boolean;

const callbacks = new Map<Hear, ReadCallback>();

/** Node calls it as a method of the socket. */
function callbackFor(hear: Hear): ReadCallback {
  const known = callbacks.get(hear);
  if (known !== undefined) return known;
  const callback: ReadCallback = function (length) {
    // A short one lies in the heap itself, which a Buffer never does.
    const chunk = new Uint8Array(length);
    chunk.set(sharedBuffer.subarray(0, length));
    if (this instanceof Socket) hear(this, chunk);
    return true;
  };
  callbacks.set(hear, callback);
  return callback;
}
