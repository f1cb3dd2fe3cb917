// Writes the few ASN.1 types that a certificate is made of, in DER (X.690).

import { isIP } from "node:net";

export function tlv(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag, ...lengthOctets(content.length)), content]);
}

// X.690 8.1.3: short form below 128, else how many octets follow.
function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, Buffer.concat(parts));
export const set = (...parts: readonly Uint8Array[]): Buffer => tlv(0x31, Buffer.concat(parts));
export const boolean = (value: "true" | "false"): Buffer => tlv(0x01, Buffer.of(value === "true" ? 0xff : 0));
export const octetString = (content: Uint8Array): Buffer => tlv(0x04, content);
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  tlv(0x03, Buffer.concat([Buffer.of(unusedBits), content]));
export const utf8String = (text: string): Buffer => tlv(0x0c, Buffer.from(text));
/** `[number]` around a constructed value. */
export const context = (number: number, content: Uint8Array): Buffer => tlv(0xa0 | number, content);
/** `[number] IMPLICIT` over a primitive value. */
export const contextPrimitive = (number: number, content: Uint8Array): Buffer => tlv(0x80 | number, content);

/** A positive integer. */
export function integer(bytes: Uint8Array): Buffer {
  // X.690 8.3: a leading bit would make it negative, a leading zero is left out.
  const first = bytes.findIndex((byte) => byte !== 0);
  const value = first < 0 ? Buffer.of(0) : Buffer.from(bytes.subarray(first));
  return tlv(0x02, (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), value]) : value);
}

/** `1.2.840.10045.4.3.2` */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(arc: number): number[] {
  const octets = [arc & 0x7f];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) octets.unshift(0x80 | (left & 0x7f));
  return octets;
}

/** RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from then on, both in whole seconds. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\..*/g, "");
  return digits < "2050" ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`)) : tlv(0x18, Buffer.from(`${digits}Z`));
}

/** An IP address as RFC 5280 4.2.1.6 has it: four or sixteen octets. Only what a loopback address needs of IPv6. */
export function ipOctets(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail = ""] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join(""), "hex");
}
