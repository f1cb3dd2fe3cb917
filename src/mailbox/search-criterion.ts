// What a search asks of each message, in the words of no protocol: IMAP's search keys (RFC 9051 6.4.4), and whatever
// other protocols have, are turned into this. Sequence numbers, "*" and "$" are UIDs by then, days are moments.

import type { OtherComparator } from "../mime/comparator.ts";
import type { ShownField } from "../mime/shown-fields.ts";
import type { ContentId, ThreadId } from "../model/ids.ts";
import type { UidSet } from "../model/uid-set.ts";

/** Fields of the envelope that are searched as people read them. */
export type EnvelopeField = ShownField;

/** What has an order. Times in milliseconds since 1970. */
export type RangedValue =
  | "size"
  | "modSeq"
  | "internalDateMs"
  /** RFC 8514: when the message was put into this mailbox. */
  | "savedAtMs"
  /** The Date field as the sender's clock showed it, without its zone; a message without a date is in no range. */
  | "sentLocalMs";

/** A string, and how it is compared; by the default comparator if that is left out. */
export interface ComparedText {
  readonly text: string;
  readonly comparator?: OtherComparator;
}

/** Where words are looked for: a field of the envelope, any field of that name, the body, or all of these. */
export type FuzzyPlace = EnvelopeField | { readonly field: string } | "body" | "message";

export type Criterion =
  | { readonly kind: "all" }
  | { readonly kind: "uids"; readonly uids: UidSet }
  /** A bit of `systemFlags`. */
  | { readonly kind: "flag"; readonly bit: number }
  | { readonly kind: "keyword"; readonly keyword: string }
  /** RFC 3501 2.3.2, for the session that asks. */
  | { readonly kind: "recent" }
  | { readonly kind: "content"; readonly content: ContentId }
  | { readonly kind: "thread"; readonly thread: ThreadId }
  /** `from` and above, but below `below`. */
  | { readonly kind: "range"; readonly of: RangedValue; readonly from: number; readonly below: number }
  /** "" finds each message that has the field. */
  | ({ readonly kind: "envelope"; readonly field: EnvelopeField } & ComparedText)
  /** Any field of that name, whatever the letter case, with the text after its colon; "" finds each that has the field. */
  | ({ readonly kind: "header"; readonly field: string } & ComparedText)
  /** "message": in a header, MIME headers included, or in the body. */
  | ({ readonly kind: "text"; readonly within: "body" | "message" } & ComparedText)
  /** Its words, about as they are written (RFC 6203). */
  | { readonly kind: "fuzzy"; readonly within: FuzzyPlace; readonly text: string }
  | { readonly kind: "not"; readonly of: Criterion }
  | { readonly kind: "and" | "or"; readonly of: readonly Criterion[] };

/** Finds nothing. */
export const nothing: Criterion = { kind: "or", of: [] };

/** A criterion that has no others within. */
export type LeafCriterion = Exclude<Criterion, { readonly kind: "not" | "and" | "or" }>;
