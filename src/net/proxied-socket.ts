// A connection that a trusted proxy has made for its client: reads the PROXY header, exactly to its end, and then answers with
// the client's address. What follows stays in the kernel, for TLS or for the session.
// Liberty: the accepted socket's handle moves into a socket of ours that is told how much to read, as in plain-socket.ts.

import { Socket, type SocketConstructorOpts } from "node:net";
import { proxyHeaderBytesMax, proxyHeaderMs } from "../base/limits.ts";
import { proxyHeaderBytesMin, readProxyHeader } from "./proxy-header.ts";

/** Never rejects: undefined when no header came in time, or none that can be read; the connection is cut then. */
export function proxiedSocket(accepted: Socket, signal: AbortSignal): Promise<Socket | undefined> {
  const handle: unknown = Reflect.get(accepted, "_handle");
  const header = new Uint8Array(proxyHeaderBytesMax);
  const { promise, resolve } = Promise.withResolvers<Socket | undefined>();
  if (typeof handle !== "object" || handle === null) return Promise.resolve(undefined);
  Reflect.set(accepted, "_handle", null);
  let length = 0;
  let wanted = proxyHeaderBytesMin;
  const heard = (count: number): boolean => {
    length += count;
    const found = readProxyHeader(header.subarray(0, length));
    if (found.kind === "needs") {
      wanted = found.bytes;
      return true;
    }
    if (found.kind === "malformed") {
      over();
      return false;
    }
    if (found.kind === "client") Object.defineProperty(socket, "remoteAddress", { value: found.address });
    done(socket);
    return false;
  };
  const options: SocketConstructorOpts = {
    allowHalfOpen: true,
    readable: true,
    writable: true,
    // At least a byte, or the system would take it for an error; it is not read once the header is whole.
    onread: { buffer: () => header.subarray(length, Math.max(wanted, length + 1)), callback: heard },
  };
  Reflect.set(options, "handle", handle);
  const socket = new Socket(options);
  const over = (): void => {
    socket.destroy();
    done(undefined);
  };
  const late = setTimeout(over, proxyHeaderMs);
  const events = ["end", "error", "close"] as const;
  const done = (outcome: Socket | undefined): void => {
    clearTimeout(late);
    signal.removeEventListener("abort", over);
    // One that is cut may still have an error to tell.
    if (outcome !== undefined) for (const event of events) socket.off(event, over);
    resolve(outcome);
  };
  for (const event of events) socket.on(event, over);
  signal.addEventListener("abort", over, { once: true });
  return promise;
}
