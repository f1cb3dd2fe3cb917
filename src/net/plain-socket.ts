// An accepted socket whose reads land in one buffer that all connections share (`onread` of net.Socket), so that an idle
// connection holds no buffer and a busy one allocates what it received, not 64 KiB. bench/connection-echo.ts: some 0.8 us less a round trip.
// Liberty: net.Server cannot be told `onread`, so the accepted socket's handle moves into a socket of ours; where a
// future Node has no such handle, ordinary "data" events do the same work.

import { Socket, type SocketConstructorOpts } from "node:net";
import { readBufferBytes } from "../base/limits.ts";

const sharedBuffer = Buffer.allocUnsafeSlow(readBufferBytes);

/** `accepted` must be used no more. `received` gets bytes of its own. */
export function plainSocket(accepted: Socket, received: (chunk: Uint8Array) => void): Socket {
  const handle: unknown = Reflect.get(accepted, "_handle");
  if (typeof handle !== "object" || handle === null || !("useUserBuffer" in handle)) {
    return accepted.on("data", received);
  }
  Reflect.set(accepted, "_handle", null);
  const options: SocketConstructorOpts = {
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread: {
      buffer: sharedBuffer,
      callback: (length: number): boolean => {
        received(Uint8Array.prototype.slice.call(sharedBuffer, 0, length));
        return true;
      },
    },
  };
  Reflect.set(options, "handle", handle);
  return new Socket(options);
}
