// What is kept of a message for those who list, sort, thread and search: computed once, at delivery.

import { headerBytesMax, threadReferencesMax } from "../base/limits.ts";
import { type Address, missingHost, missingMailbox } from "./address-list.ts";
import { isAttachment } from "./attachment.ts";
import { baseSubject } from "./base-subject.ts";
import { formatBodyStructure } from "./body-structure.ts";
import { parseDateTime } from "./date-time.ts";
import { decodeHeaderText } from "./encoded-word.ts";
import { type EnvelopeFields, envelopeBytes, readEnvelopeFields } from "./envelope.ts";
import { fieldValue, type HeaderField, headerFields } from "./header-fields.ts";
import { messageIds } from "./message-id.ts";
import { octetString } from "./octets.ts";
import { findParameter, type Part } from "./part.ts";

/** One mailbox of an address field, decoded. */
export interface Person {
  readonly name: string | null;
  /** The local part: the SORT key of FROM, TO and CC (RFC 5256 3). */
  readonly mailbox: string;
  readonly host: string;
}

export interface MessageSummary {
  /** ENVELOPE and BODYSTRUCTURE as they go over the wire. */
  readonly envelope: Uint8Array;
  readonly bodyStructure: Uint8Array;
  /** Without angle brackets. */
  readonly messageId: string | null;
  /** What the message answers to, oldest first, as it is written: References, else In-Reply-To (RFC 5256 3). */
  readonly references: readonly string[];
  /** Decoded; "" when there is none. */
  readonly subject: string;
  readonly baseSubject: string;
  /** True when the subject has a mark of a reply or a forward. */
  readonly isReply: boolean;
  /** The Date field; null when it is absent or no date. */
  readonly sentAtMs: number | null;
  /** East of UTC: SENTON means the sender's day. */
  readonly sentOffsetMinutes: number;
  readonly from: readonly Person[];
  readonly sender: readonly Person[];
  readonly replyTo: readonly Person[];
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly bcc: readonly Person[];
  readonly hasAttachments: boolean;
}

/** `header` is the message's header block, as bytes or as the octet string that StructureParser keeps. */
export function summarize(header: Uint8Array | string, root: Part): MessageSummary {
  const text = typeof header === "string" ? header : octetString(header.subarray(0, headerBytesMax));
  const fields = headerFields(text);
  const envelope = readEnvelopeFields(text, fields);
  const hint = textCharset(root);
  const subject = envelope.subject === null ? "" : decodeHeaderText(envelope.subject, hint);
  const base = baseSubject(subject);
  const sent = envelope.date === null ? null : parseDateTime(envelope.date);
  const people = (addresses: readonly Address[]): readonly Person[] => persons(addresses, hint);
  const messageId = messageIds(envelope.messageId ?? "")[0] ?? null;
  return {
    envelope: envelopeBytes(envelope),
    bodyStructure: formatBodyStructure(root, "BODYSTRUCTURE"),
    messageId,
    references: references(text, fields, envelope),
    subject,
    baseSubject: base.text,
    isReply: base.isReply,
    sentAtMs: sent?.epochMs ?? null,
    sentOffsetMinutes: sent?.offsetMinutes ?? 0,
    from: people(envelope.from),
    sender: people(envelope.sender),
    replyTo: people(envelope.replyTo),
    to: people(envelope.to),
    cc: people(envelope.cc),
    bcc: people(envelope.bcc),
    hasAttachments: hasAttachment(root),
  };
}

/** The charset of the first text of a message: what raw bytes in its header are likely written in. */
export function textCharset(root: Part): string | null {
  let part: Part | undefined = root;
  while (part?.kind === "multipart") part = part.children[0];
  return part === undefined ? null : findParameter(part.content.parameters, "charset");
}

function references(header: string, fields: readonly HeaderField[], envelope: EnvelopeFields): string[] {
  const ids: string[] = [];
  for (const field of fields) {
    if (field.name === "references") for (const id of messageIds(fieldValue(header, field))) ids.push(id);
  }
  // RFC 5256 3: "If a message does not contain a References header line, or the References header line does not contain
  // any valid Message IDs, then use the first (if any) valid Message ID found in the In-Reply-To header line".
  if (ids.length === 0) return messageIds(envelope.inReplyTo ?? "").slice(0, 1);
  // The root and the nearest ancestors say most.
  return ids.length <= threadReferencesMax ? ids : [...ids.slice(0, 1), ...ids.slice(1 - threadReferencesMax)];
}

function persons(addresses: readonly Address[], hint: string | null): Person[] {
  const people: Person[] = [];
  for (const address of addresses) {
    if (address.kind !== "mailbox") continue;
    people.push({
      name: address.name === null ? null : decodeHeaderText(address.name, hint),
      mailbox: address.mailbox === missingMailbox ? "" : decodeHeaderText(address.mailbox, hint),
      host: address.host === missingHost ? "" : decodeHeaderText(address.host, hint),
    });
  }
  return people;
}

function hasAttachment(part: Part): boolean {
  return part.kind === "multipart" ? part.children.some(hasAttachment) : isAttachment(part);
}
