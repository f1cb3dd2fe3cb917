// PROXY headers, whole, cut, and such as no proxy sends.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { proxyHeaderBytesMax } from "../base/limits.ts";
import { readProxyHeader } from "./proxy-header.ts";

const bytes = (octets: string): Uint8Array => Uint8Array.from(octets, (letter) => letter.charCodeAt(0));
const signature = "\r\n\r\n\0\r\nQUIT\n";
const binary = (command: number, family: number, rest: string, length = rest.length): string =>
  signature + String.fromCharCode(command, family, length >> 8, length & 255) + rest;
const v4 = "\xc0\x00\x02\x01\xc0\x00\x02\x02\x12\x34\x00\x19";
const v6 = `\x20\x01\x0d\xb8${"\0".repeat(11)}\x01${"\0".repeat(15)}\x01\0\x01\0\x02`;
const mapped = `${"\0".repeat(10)}\xff\xff\xc0\x00\x02\x01${"\0".repeat(15)}\x01\0\x01\0\x02`;

const whole = [
  ["PROXY TCP4 192.0.2.1 192.0.2.2 56324 25\r\n", "192.0.2.1"],
  ["PROXY TCP6 2001:DB8::1 ::1 0 65535\r\n", "2001:db8::1"],
  ["PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1"],
  ["PROXY UNKNOWN\r\n", "own"],
  ["PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", "own"],
  [binary(0x21, 0x11, v4), "192.0.2.1"],
  [binary(0x21, 0x11, `${v4}\x04\0\x05padding`), "192.0.2.1"],
  [binary(0x21, 0x21, v6), "2001:db8::1"],
  [binary(0x21, 0x21, mapped), "192.0.2.1"],
  [binary(0x21, 0x31, "\0".repeat(216)), "own"],
  [binary(0x21, 0, ""), "own"],
  [binary(0x20, 0, ""), "own"],
  [binary(0x20, 0x11, v4), "own"],
] as const;

suite("a header is read to its end and not beyond", () => {
  for (const [header, expected] of whole) {
    test(JSON.stringify(header.slice(0, 60)), () => {
      let length = 1;
      for (;;) {
        const found = readProxyHeader(bytes(header.slice(0, length)));
        if (found.kind !== "needs") {
          assert.equal(length, header.length);
          assert.equal(found.kind === "client" ? found.address : found.kind, expected);
          return;
        }
        assert.ok(found.bytes > length && found.bytes <= header.length, `${found.bytes} after ${length}`);
        length = length % 2 === 0 ? found.bytes : length + 1;
      }
    });
  }
});

suite("what no proxy sends is refused", () => {
  for (const header of [
    "EHLO client.example\r\n",
    "\x16\x03\x01",
    "PROXY",
    "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
    "PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
    "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
    "PROXY TCP4 2001:db8::1 ::1 1 2\r\n",
    "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
    "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
    "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
    "PROXY UNKNOWNS\r\n",
    "PROXY UNKNOWN a\rb\r\n",
    `PROXY UNKNOWN ${"x".repeat(200)}`,
    binary(0x11, 0x11, v4),
    binary(0x22, 0x11, v4),
    binary(0x21, 0x12, v4),
    binary(0x21, 0x11, v4.slice(1)),
    binary(0x21, 0x21, v4),
    binary(0x21, 0x11, "", proxyHeaderBytesMax),
    binary(0x21, 0x11, "", 65_535),
  ]) {
    test(JSON.stringify(header.slice(0, 60)), () => {
      const { kind } = readProxyHeader(bytes(header));
      // A beginning is not refused before it is wrong.
      assert.equal(kind, header === "PROXY" ? "needs" : "malformed");
    });
  }
});
