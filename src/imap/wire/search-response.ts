// What SEARCH and SORT found: ESEARCH (RFC 9051 7.3.4, RFC 4731), SEARCH (RFC 3501 7.2.5, RFC 7162 3.1.6) and SORT (RFC 5256
// 4); and VANISHED (RFC 7162 3.2.10).

import type { ModSeq, UidValidity } from "../../model/ids.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import type { UidSet } from "../../model/uid-set.ts";
import type { Numbering } from "./command-head.ts";
import type { Writer } from "./writer.ts";

/** What RETURN asked for. RFC 4731 3.1: MIN, MAX and ALL are left out when nothing was found; COUNT is not. */
export interface SearchResult {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Of SORT in the order asked for. */
  readonly all?: UidSet | undefined;
  /** RFC 9394 3.1: the range as it was asked for, and what is in it. */
  readonly partial?: { readonly range: string; readonly found: UidSet } | undefined;
  /** RFC 6203 4: the scores of these, in their order. */
  readonly relevancy?: readonly number[] | undefined;
  readonly count?: number | undefined;
  readonly modSeq?: ModSeq | undefined;
}

/** Which command a response answers, and of which mailbox it speaks. */
export interface Correlator {
  readonly tag: string;
  readonly numbering: Numbering;
  /** RFC 7377 2.1: told in all that ESEARCH is answered with. */
  readonly of?: { readonly name: MailboxName; readonly uidValidity: UidValidity } | undefined;
}

/** `* ESEARCH (TAG "a1") UID ALL 1:3`. */
export function writeEsearch(to: Writer, correlator: Correlator, result: SearchResult): void {
  beginEsearch(to, correlator);
  writeItem(to, " MIN ", result.min);
  writeItem(to, " MAX ", result.max);
  if (result.all !== undefined && result.all.ranges.length > 0) {
    to.ascii(" ALL ");
    to.numberSet(result.all);
  }
  if (result.partial !== undefined) {
    to.ascii(` PARTIAL (${result.partial.range} `);
    // RFC 9394 4: "NIL indicates that no results correspond to the requested range."
    if (result.partial.found.ranges.length === 0) to.nil();
    else to.numberSet(result.partial.found);
    to.ascii(")");
  }
  if (result.relevancy !== undefined && result.relevancy.length > 0) {
    to.ascii(" RELEVANCY (");
    for (const [at, score] of result.relevancy.entries()) {
      if (at > 0) to.space();
      to.number(score);
    }
    to.ascii(")");
  }
  writeItem(to, " COUNT ", result.count);
  writeItem(to, " MODSEQ ", result.modSeq);
  to.crlf();
}

/** `* SEARCH 2 84 882 (MODSEQ 917162500)`; the mod-sequence when the command asked for MODSEQ and found something. */
export function writeSearch(to: Writer, numbers: ArrayLike<number>, modSeq: ModSeq | null): void {
  writeNumbers(to, "* SEARCH", numbers, modSeq);
}

/** `* SORT 882 2 84 (MODSEQ 917162500)`. */
export function writeSort(to: Writer, numbers: ArrayLike<number>, modSeq: ModSeq | null): void {
  writeNumbers(to, "* SORT", numbers, modSeq);
}

function writeNumbers(to: Writer, label: string, numbers: ArrayLike<number>, modSeq: ModSeq | null): void {
  to.ascii(label);
  for (let at = 0; at < numbers.length; at++) {
    to.space();
    to.number(numbers[at] ?? 0);
  }
  if (modSeq !== null && numbers.length > 0) {
    to.ascii(" (MODSEQ ");
    to.number(modSeq);
    to.ascii(")");
  }
  to.crlf();
}

/** Neighbours among the results of a search, in their order. */
export interface PlacedResults {
  /** RFC 5267 4.3.3: the place of the first of them, from 1; 0 stands for wherever mailbox order has them. */
  readonly position: number;
  readonly numbers: UidSet;
}

/** RFC 5267 4.3: what the results of an earlier search lose, then what they gain. Nothing at all for no change. */
export function writeContextUpdate(
  to: Writer,
  correlator: Correlator,
  { removed, added }: { readonly removed: readonly PlacedResults[]; readonly added: readonly PlacedResults[] },
): void {
  if (removed.length + added.length === 0) return;
  beginEsearch(to, correlator);
  writePlaced(to, " REMOVEFROM (", removed);
  writePlaced(to, " ADDTO (", added);
  to.crlf();
}

function writePlaced(to: Writer, label: string, results: readonly PlacedResults[]): void {
  if (results.length === 0) return;
  to.ascii(label);
  for (const [at, { position, numbers }] of results.entries()) {
    if (at > 0) to.space();
    to.number(position);
    to.space();
    to.numberSet(numbers);
  }
  to.ascii(")");
}

function beginEsearch(to: Writer, { tag, numbering, of }: Correlator): void {
  to.ascii("* ESEARCH (TAG ");
  to.string(tag);
  if (of !== undefined) {
    to.ascii(" MAILBOX ");
    to.mailbox(of.name);
    to.ascii(" UIDVALIDITY ");
    to.number(of.uidValidity);
  }
  to.ascii(")");
  if (numbering === "uid") to.ascii(" UID");
}

/** `* VANISHED (EARLIER) 1:5`. Nothing at all for no UIDs, which the grammar has no form for. */
export function writeVanished(to: Writer, uids: UidSet, when: "earlier" | "now"): void {
  if (uids.ranges.length === 0) return;
  to.ascii(when === "earlier" ? "* VANISHED (EARLIER) " : "* VANISHED ");
  to.numberSet(uids);
  to.crlf();
}

function writeItem(to: Writer, label: string, value: number | undefined): void {
  if (value === undefined) return;
  to.ascii(label);
  to.number(value);
}
