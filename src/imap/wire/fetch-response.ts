// FETCH (RFC 9051 7.5.2): `* 12 FETCH (UID 7 FLAGS (\Seen))`; UIDFETCH (RFC 9586): `* 7 UIDFETCH (FLAGS (\Seen))`. Begin,
// write items in any order, end. A body that is large is not copied into the writer: write its label and literal head, take
// what is written, send the body, go on.

import type { FlagSet } from "../../model/flags.ts";
import type { ModSeq } from "../../model/ids.ts";
import { dayMs, monthNames } from "./date-time.ts";
import { flagListBytes, recentFlagListBytes } from "./flag-list-bytes.ts";
import { octet } from "./octets.ts";
import type { Writer } from "./writer.ts";

export function beginFetch(to: Writer, seqNum: number): void {
  to.ascii("* ");
  to.number(seqNum);
  to.ascii(" FETCH ");
  to.open();
}

/** RFC 9586 3.3: in place of FETCH once UIDONLY is enabled. */
export function beginUidFetch(to: Writer, uid: number): void {
  to.ascii("* ");
  to.number(uid);
  to.ascii(" UIDFETCH ");
  to.open();
}

export function endFetch(to: Writer): void {
  to.close();
  to.crlf();
}

export function fetchUid(to: Writer, uid: number): void {
  to.next();
  to.ascii("UID ");
  to.number(uid);
}

export function fetchFlags(to: Writer, flags: FlagSet, recent: "recent" | "not-recent"): void {
  to.next();
  to.ascii("FLAGS ");
  to.bytes(recent === "recent" ? recentFlagListBytes(flags) : flagListBytes(flags));
}

export function fetchSize(to: Writer, bytes: number): void {
  to.next();
  to.ascii("RFC822.SIZE ");
  to.number(bytes);
}

/** RFC 7162 7: fetch-mod-resp. */
export function fetchModSeq(to: Writer, modSeq: ModSeq): void {
  to.next();
  to.ascii("MODSEQ (");
  to.number(modSeq);
  to.byte(octet.close);
}

/** INTERNALDATE, SAVEDATE; in Universal Time, since only moments are kept. null is NIL (RFC 8514 4.2). */
export function fetchDate(to: Writer, label: "INTERNALDATE" | "SAVEDATE", ms: number | null): void {
  to.next();
  to.ascii(label);
  to.space();
  if (ms === null) to.nil();
  else dateTime(to, ms);
}

/** RFC 8474 7: msg-att-static; THREADID may be NIL. */
export function fetchObjectId(to: Writer, label: "EMAILID" | "THREADID", objectId: string | null): void {
  to.next();
  to.ascii(label);
  to.space();
  if (objectId === null) to.nil();
  else {
    to.byte(octet.open);
    to.ascii(objectId);
    to.byte(octet.close);
  }
}

/** What is kept as it goes over the wire: ENVELOPE, BODYSTRUCTURE, BODY. */
export function fetchWire(to: Writer, label: string, wire: Uint8Array): void {
  to.next();
  to.ascii(label);
  to.space();
  to.bytes(wire);
}

/** BINARY.SIZE[...]. */
export function fetchNumber(to: Writer, label: string, value: number): void {
  to.next();
  to.ascii(label);
  to.space();
  to.number(value);
}

/** PREVIEW (RFC 8970 6: nstring). */
export function fetchText(to: Writer, label: string, text: string | null): void {
  to.next();
  to.ascii(label);
  to.space();
  to.nstring(text);
}

/** A section that is not there. */
export function fetchNil(to: Writer, label: string): void {
  to.next();
  to.ascii(label);
  to.ascii(" NIL");
}

/** The label and head of a section's octets, which the caller sends next: `BODY[] {310}`. */
export function fetchLiteralHead(to: Writer, label: string, length: number, form: "literal" | "literal8"): void {
  to.next();
  to.ascii(label);
  to.space();
  to.literalHead(length, form);
}

/** date-time (RFC 9051 9): `" 7-Feb-1994 22:43:04 +0000"`. Years beyond 9999 have no form and become 9999. */
function dateTime(to: Writer, ms: number): void {
  const day = Math.floor(ms / dayMs);
  const seconds = Math.floor((ms - day * dayMs) / 1_000);
  const { date, month, year } = civil(day);
  to.byte(octet.quote);
  if (date < 10) to.space();
  to.number(date);
  to.byte(octet.minus);
  to.ascii(monthNames[month] ?? "Jan");
  to.byte(octet.minus);
  to.digits(year, 4);
  to.space();
  to.digits(Math.floor(seconds / 3_600), 2);
  to.byte(octet.colon);
  to.digits(Math.floor(seconds / 60) % 60, 2);
  to.byte(octet.colon);
  to.digits(seconds % 60, 2);
  to.ascii(' +0000"');
}

interface Civil {
  readonly day: number;
  readonly date: number;
  readonly month: number;
  readonly year: number;
}

/** Neighbouring messages often came on the same day. */
let lastCivil: Civil = { day: 0, date: 1, month: 0, year: 1970 };

function civil(day: number): Civil {
  if (lastCivil.day === day) return lastCivil;
  const date = new Date(day * dayMs);
  const year = Math.min(Math.max(date.getUTCFullYear(), 0), 9_999);
  lastCivil = { day, date: date.getUTCDate(), month: date.getUTCMonth(), year };
  return lastCivil;
}
