// ENVELOPE as wire bytes (RFC 9051 7.5.2), made once at delivery. Fields that stand twice: addresses are joined as if
// one field held them, so that no reader and no filter sees a different From; of the others the last counts, as in Dovecot.

import { headerFieldBytesMax } from "../base/limits.ts";
import { type Address, parseAddressList } from "./address-list.ts";
import { fieldValue, type HeaderField } from "./header-fields.ts";
import { octets, trimWhite } from "./octets.ts";
import { nstring, string } from "./wire.ts";

/** What ENVELOPE is made of, as octet strings. */
export interface EnvelopeFields {
  readonly date: string | null;
  readonly subject: string | null;
  readonly from: readonly Address[];
  readonly sender: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly inReplyTo: string | null;
  readonly messageId: string | null;
}

type Writable = { -readonly [Key in keyof EnvelopeFields]: EnvelopeFields[Key] };

/** ENVELOPE of the message with this header. */
export function formatEnvelope(header: string, fields: readonly HeaderField[]): Uint8Array {
  return envelopeBytes(readEnvelopeFields(header, fields));
}

export function readEnvelopeFields(header: string, fields: readonly HeaderField[]): EnvelopeFields {
  const envelope: Writable = {
    date: null,
    subject: null,
    from: [],
    sender: [],
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
    inReplyTo: null,
    messageId: null,
  };
  for (const field of fields) readEnvelopeField(envelope, header, field);
  return envelope;
}

function readEnvelopeField(envelope: Writable, header: string, field: HeaderField): void {
  const key = envelopeKey(field.name);
  if (key === null) return;
  const value = fieldValue(header, field);
  switch (key) {
    case "date":
    case "subject":
    case "inReplyTo":
    case "messageId":
      envelope[key] = trimWhite(value);
      return;
    case "from":
    case "sender":
    case "replyTo":
    case "to":
    case "cc":
    case "bcc": {
      const before = envelope[key];
      // A field that is cut at its limit must not end in half an address.
      const isCut = value.length >= headerFieldBytesMax - 1;
      const addresses = parseAddressList(isCut ? value.slice(0, value.lastIndexOf(",")) : value);
      envelope[key] = before.length === 0 ? addresses : before.concat(addresses);
    }
  }
}

function envelopeKey(name: string): keyof EnvelopeFields | null {
  switch (name) {
    case "date":
    case "subject":
    case "from":
    case "sender":
    case "to":
    case "cc":
    case "bcc":
      return name;
    case "reply-to":
      return "replyTo";
    case "in-reply-to":
      return "inReplyTo";
    case "message-id":
      return "messageId";
    default:
      return null;
  }
}

export function envelopeBytes(envelope: EnvelopeFields): Uint8Array {
  const from = addressList(envelope.from);
  // RFC 9051 7.5.2: "If the Sender or Reply-To header fields are absent, or are present but empty, the server sets the
  // corresponding member of the envelope to be the same value as the From member".
  const sender = envelope.sender.length === 0 ? from : addressList(envelope.sender);
  const replyTo = envelope.replyTo.length === 0 ? from : addressList(envelope.replyTo);
  return octets(
    `(${nstring(envelope.date)} ${shownText(envelope.subject)} ${from} ${sender} ${replyTo} ${addressList(envelope.to)} ` +
      `${addressList(envelope.cc)} ${addressList(envelope.bcc)} ${nstring(envelope.inReplyTo)} ${nstring(envelope.messageId)})`,
  );
}

function addressList(addresses: readonly Address[]): string {
  if (addresses.length === 0) return "NIL";
  const parts: string[] = [];
  for (const address of addresses) parts.push(addressText(address));
  return `(${parts.join("")})`;
}

function addressText(address: Address): string {
  switch (address.kind) {
    case "mailbox":
      return `(${shownText(address.name)} ${nstring(address.route)} ${string(address.mailbox)} ${string(address.host)})`;
    case "group-start":
      // RFC 9051 7.5.2: "[RFC5322] group syntax is indicated by a special form of address structure in which the
      // host name field is NIL."
      return `(NIL NIL ${string(address.name)} NIL)`;
    case "group-end":
      return "(NIL NIL NIL NIL)";
  }
}

/** Text for people: runs of white space, which folding leaves, are one space, as RFC 5322 3.2.2 lets them be read. */
function shownText(text: string | null): string {
  return text === null
    ? "NIL"
    : string(/[\t\r\n]| {2}|^ | $/.test(text) ? trimWhite(text.replace(/[ \t\r\n]+/g, " ")) : text);
}
