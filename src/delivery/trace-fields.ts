// Trace fields (RFC 5321 4.4): Received, Return-Path, and Delivered-To (RFC 9228), which lets a loop be noticed.

import { latin1, utf8 } from "../base/bytes.ts";
import { parseAddress } from "../directory/address.ts";
import { formatDateTime } from "../mime/date-time.ts";
import { fieldValue, type HeaderField } from "../mime/header-fields.ts";
import { isEightBit } from "../mime/octets.ts";
import type { Reception, ReversePath } from "./envelope.ts";

/** `recipient` is named when the message has only one: the others are nobody's business (RFC 5321 7.2). */
export function receivedField(by: string, reception: Reception, recipient: string | undefined): string {
  const { helloName, protocol, cipher, id, receivedAtMs } = reception;
  // RFC 5321 4.1.3 has no place for the zone of a link-local address.
  const remoteAddress = reception.remoteAddress.replace(/%.*$/, "");
  const source = remoteAddress === "local" ? "" : `[${remoteAddress.includes(":") ? "IPv6:" : ""}${remoteAddress}]`;
  // RFC 5321 4.4: Extended-Domain = Domain FWS "(" TCP-info ")".
  const from = helloName === undefined ? source || "local" : source === "" ? helloName : `${helloName} (${source})`;
  const named = recipient === undefined ? "" : `\r\n\tfor <${recipient}>`;
  // RFC 8314 4.3: the clause "tls" names the cipher suite.
  const tls = cipher === undefined ? "" : `\r\n\ttls ${cipher}`;
  const date = formatDateTime(receivedAtMs, 0);
  return `Received: from ${from}\r\n\tby ${by} with ${protocol} id ${id}${named}${tls};\r\n\t${date}\r\n`;
}

/** RFC 5321 4.4: "A Return-path header field is inserted ... when the delivery SMTP server makes the final delivery". */
export function returnPathField(sender: ReversePath): string {
  return `Return-Path: <${sender}>\r\n`;
}

export function deliveredToField(recipient: string): string {
  return `Delivered-To: ${recipient}\r\n`;
}

/** The bytes of fields: ASCII, or UTF-8 where an address has it (RFC 6532 3.2). */
export function fieldBytes(text: string): Uint8Array {
  return /[^\x00-\x7f]/.test(text) ? utf8(text) : latin1(text);
}

export interface Trace {
  /** RFC 5321 6.3: "counting the number of Received header fields". */
  readonly hops: number;
  /** The addresses in Delivered-To, as they can be compared. */
  readonly deliveredTo: ReadonlySet<string>;
}

export function readTrace(header: string, fields: readonly HeaderField[]): Trace {
  let hops = 0;
  const deliveredTo = new Set<string>();
  for (const field of fields) {
    if (field.name === "received") hops++;
    else if (field.name === "delivered-to") deliveredTo.add(comparable(textOf(fieldValue(header, field))));
  }
  return { hops, deliveredTo };
}

/** True when the message has been delivered to `recipient` before: it has come back. */
export function hasLooped({ deliveredTo }: Trace, recipient: string): boolean {
  return deliveredTo.size > 0 && deliveredTo.has(comparable(recipient));
}

function comparable(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : `${address.localKey}@${address.domain}`;
}

function textOf(octets: string): string {
  return isEightBit(octets) ? new TextDecoder().decode(latin1(octets)) : octets;
}
