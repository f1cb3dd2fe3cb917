// Reads back what was stored of a message at delivery as wire bytes (RFC 9051 7.5.2): the envelope, for those who list
// and search, and of the body structure what is needed to read the envelope. Only what envelope.ts and body-structure.ts
// have written comes in here, so that nothing is checked.

import type { Address } from "./address-list.ts";
import type { EnvelopeFields } from "./envelope.ts";
import { octetString } from "./octets.ts";

/** Octet strings, as they stand in the message but for white space. */
export function readStoredEnvelope(envelope: Uint8Array): EnvelopeFields {
  const reader = new WireReader(octetString(envelope));
  reader.at = 1;
  return {
    date: reader.nstring(),
    subject: reader.nstring(),
    from: reader.addressList(),
    sender: reader.addressList(),
    replyTo: reader.addressList(),
    to: reader.addressList(),
    cc: reader.addressList(),
    bcc: reader.addressList(),
    inReplyTo: reader.nstring(),
    messageId: reader.nstring(),
  };
}

/** The charset of the first text of a message: what raw octets in its header are likely written in. */
export function storedTextCharset(bodyStructure: Uint8Array): string | null {
  const text = octetString(bodyStructure);
  const reader = new WireReader(text);
  // The first part of a multipart is the first thing in it.
  while (text[reader.at] === "(") reader.at++;
  reader.nstring();
  reader.nstring();
  if (!reader.opens()) return null;
  while (text[reader.at] !== ")") {
    const name = reader.nstring();
    const value = reader.nstring();
    if (name?.toLowerCase() === "charset") return value;
  }
  return null;
}

class WireReader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The string that is next, and the space behind it. */
  nstring(): string | null {
    const value = this.#string();
    if (this.text[this.at] === " ") this.at++;
    return value;
  }

  /** Whether a list is next, which is opened then; else NIL is passed over. */
  opens(): boolean {
    const opens = this.text[this.at] === "(";
    this.at += opens ? 1 : "NIL ".length;
    return opens;
  }

  addressList(): Address[] {
    if (!this.opens()) return [];
    const list: Address[] = [];
    while (this.text[this.at] === "(") {
      this.at++;
      list.push(address(this.nstring(), this.nstring(), this.nstring(), this.nstring()));
      this.at++;
    }
    this.at += ") ".length;
    return list;
  }

  #string(): string | null {
    const { text, at } = this;
    if (text[at] === '"') {
      let end = text.indexOf('"', at + 1);
      const plain = text.slice(at + 1, end);
      this.at = end + 1;
      if (!plain.includes("\\")) return plain;
      end = at + 1;
      while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
      this.at = end + 1;
      return text.slice(at + 1, end).replace(/\\(.)/g, "$1");
    }
    if (text[at] === "{") {
      const start = text.indexOf("\n", at) + 1;
      this.at = start + Number.parseInt(text.slice(at + 1, start), 10);
      return text.slice(start, this.at);
    }
    this.at += "NIL".length;
    return null;
  }
}

function address(name: string | null, route: string | null, mailbox: string | null, host: string | null): Address {
  if (host !== null) return { kind: "mailbox", name, route, mailbox: mailbox ?? "", host };
  return mailbox === null ? { kind: "group-end" } : { kind: "group-start", name: mailbox };
}
