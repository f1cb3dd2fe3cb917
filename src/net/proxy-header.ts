// The PROXY protocol, versions 1 and 2 (haproxy's doc/proxy-protocol.txt): what a proxy says of its client before the client's
// own bytes. Reads no more than has come, and says how much more there must be, so that nobody reads beyond the header.

import { isIPv4, isIPv6, SocketAddress } from "node:net";
import { proxyHeaderBytesMax } from "../base/limits.ts";

export type ProxyHeader =
  /** So many bytes in all, at least, before it can be whole. */
  | { readonly kind: "needs"; readonly bytes: number }
  | { readonly kind: "client"; readonly address: string }
  /** The proxy speaks for itself (a look whether we live), or knows no client: the connection is what it is. */
  | { readonly kind: "own" }
  | { readonly kind: "malformed" };

const malformed: ProxyHeader = { kind: "malformed" };
const own: ProxyHeader = { kind: "own" };
const lineFeed = 10;

const words = Uint8Array.from("PROXY ", (letter) => letter.charCodeAt(0));
const signature = Uint8Array.of(13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10);

/** "PROXY UNKNOWN" and a line end, the shortest header of version 1; that of version 2 is one byte longer. */
export const proxyHeaderBytesMin = 15;

export function readProxyHeader(bytes: Uint8Array): ProxyHeader {
  if (beginsAs(bytes, words)) return readLine(bytes);
  return beginsAs(bytes, signature) ? readBinary(bytes) : malformed;
}

function beginsAs(bytes: Uint8Array, expected: Uint8Array): boolean {
  const length = Math.min(bytes.length, expected.length);
  for (let at = 0; at < length; at++) if (bytes[at] !== expected[at]) return false;
  return true;
}

/** Version 1: "a 108-byte buffer is always enough to store all the line and a trailing zero". */
const lineBytesMax = 107;

function readLine(bytes: Uint8Array): ProxyHeader {
  const end = bytes.indexOf(lineFeed);
  if (end < 0) {
    if (bytes.length >= lineBytesMax) return malformed;
    return { kind: "needs", bytes: Math.max(proxyHeaderBytesMin, bytes.length + 1) };
  }
  const line = new TextDecoder("latin1").decode(bytes.subarray(0, end + 1));
  if (/^PROXY UNKNOWN(?: [^\r\n]*)?\r\n$/.test(line)) return own;
  const found = /^PROXY TCP([46]) ([^ \r\n]+) ([^ \r\n]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})\r\n$/.exec(line);
  if (found === null) return malformed;
  const [, version, source = "", destination = "", ...ports] = found;
  const isAddress = version === "4" ? isIPv4 : isPlainIPv6;
  if (!isAddress(source) || !isAddress(destination) || ports.some((port) => Number(port) > 65_535)) return malformed;
  return version === "4" ? { kind: "client", address: source } : { kind: "client", address: canonical(source) };
}

/** Signature, version and command, family, length. */
const fixedBytes = 16;
const tcp4 = 0x11;
const tcp6 = 0x21;
const unixStream = 0x31;

function readBinary(bytes: Uint8Array): ProxyHeader {
  if (bytes.length < fixedBytes) return { kind: "needs", bytes: fixedBytes };
  const { buffer, byteOffset, byteLength } = bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  const command = view.getUint8(12);
  const family = view.getUint8(13);
  const length = fixedBytes + view.getUint16(14);
  // "any other value must be dropped": version 2, LOCAL and PROXY.
  if ((command !== 0x20 && command !== 0x21) || length > proxyHeaderBytesMax) return malformed;
  if (bytes.length < length) return { kind: "needs", bytes: length };
  if (command === 0x20 || family === 0 || family === unixStream) return own;
  if (family === tcp4 && length >= fixedBytes + 12) {
    return { kind: "client", address: bytes.subarray(16, 20).join(".") };
  }
  if (family !== tcp6 || length < fixedBytes + 36) return malformed;
  const groups = Array.from({ length: 8 }, (_, at) => view.getUint16(fixedBytes + 2 * at).toString(16));
  return { kind: "client", address: canonical(groups.join(":")) };
}

function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes("%");
}

/** As the system itself writes it; an IPv4 address in its own form. */
function canonical(address: string): string {
  return new SocketAddress({ address, family: "ipv6" }).address.replace(/^::ffff:(?=[\d.]+$)/, "");
}
