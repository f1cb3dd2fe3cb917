// What a session has of a mailbox it has opened: the shared view as this session has been told of it. Sequence numbers
// stay valid until the session itself asks for news (RFC 9051 7.5.1), whatever others do meanwhile.

import type { FlagChange, FlagSet } from "../model/flags.ts";
import type { AccountId, ContentId, MailboxId, ModSeq, ThreadId, Uid, UidValidity } from "../model/ids.ts";
import type { Mailbox } from "../model/mailbox.ts";
import type { QuotaRoom } from "../model/quota.ts";
import type { SeenBy } from "../model/readers.ts";
import type { Rights } from "../model/rights.ts";
import type { UidSet } from "../model/uid-set.ts";
import type { StoredBody } from "../store/store.ts";
import type { TextIndex } from "../store/text-index.ts";
import type { AppendItem, AppendResult } from "./appending.ts";
import type { WorkProgress } from "./work-progress.ts";

export type { StoredBody };

/** What the view knows of a message without asking the store. Times in milliseconds since 1970. */
export interface MessageFacts {
  readonly uid: Uid;
  readonly flags: FlagSet;
  readonly modSeq: ModSeq;
  /** RFC822.SIZE in bytes. */
  readonly size: number;
  readonly content: ContentId;
  readonly internalDateMs: number;
}

/** The view's own arrays, sorted by UID: read only, and never kept over an await. */
export interface ViewColumns {
  readonly uids: Uint32Array;
  /** Index into `flagSets` of each message's flags. */
  readonly flagIds: Uint32Array;
  readonly modSeqs: Float64Array;
  readonly sizes: Float64Array;
  readonly contents: Float64Array;
  readonly internalDatesMs: Float64Array;
  /** Each combination of flags in the mailbox, once; an index keeps its meaning as long as the view lives. */
  readonly flagSets: readonly FlagSet[];
  /** Who has seen the messages of each combination, besides the mailbox's owner. */
  readonly seenBy: readonly SeenBy[];
}

/** What was computed of a message's content at delivery. */
export interface ContentFacts {
  readonly content: ContentId;
  readonly thread: ThreadId;
  readonly size: number;
  readonly sentAtMs: number | null;
  /** ENVELOPE as it goes over the wire. */
  readonly envelope: Uint8Array;
  /** BODYSTRUCTURE as it goes over the wire. */
  readonly bodyStructure: Uint8Array;
}

/** What was computed of a message's content at delivery for those who sort and thread. */
export interface OrderFacts {
  readonly content: ContentId;
  readonly sentAtMs: number | null;
  /** Without angle brackets, as in `ancestors`. */
  readonly messageId: string | null;
  /** Message-IDs, oldest first, separated by spaces: References, else In-Reply-To. */
  readonly ancestors: string;
  /** RFC 5256 2.1. */
  readonly baseSubject: string;
  /** 1 for a subject with a mark of a reply or a forward, else 0. */
  readonly isReply: number;
}

/** News that a session has not been told yet, in the order in which to tell it. */
export interface News {
  /** The UIDs that are gone, ascending, with the sequence numbers they have before any of these is told. */
  readonly expunged: readonly { readonly uid: Uid; readonly seq: number }[];
  /** The number of messages after that, if it must be told because messages arrived; else null. */
  readonly exists: number | null;
  /** Messages whose flags changed and that the session knows; numbers as they are after `expunged` was told. */
  readonly flagged: readonly { readonly uid: Uid; readonly seq: number }[];
}

export interface StoreFlagsResult {
  /** Messages that now have the flags, changed or not, ascending. */
  readonly stored: readonly Uid[];
  /** Of these, the messages that really changed. */
  readonly changed: readonly Uid[];
  /** The modSeq that each of `changed` had before. */
  readonly had: readonly ModSeq[];
  /** Messages left alone because their modSeq was above `unchangedSince` (RFC 7162 3.1.3). */
  readonly modified: readonly Uid[];
  /** The modSeq of the change; null when nothing changed. */
  readonly modSeq: ModSeq | null;
}

export interface CopyResult {
  readonly uidValidity: UidValidity;
  /** Source UIDs that were there, ascending, and the UIDs they got, in the same order. */
  readonly from: readonly Uid[];
  readonly to: readonly Uid[];
}

/** A copy adds to what the account holds. */
export interface Copied extends CopyResult {
  readonly room: QuotaRoom;
}

/** A mailbox open in one session. Dispose of it when the session leaves the mailbox. */
export interface OpenMailbox extends Disposable {
  readonly id: MailboxId;
  /** The mailbox as it is now; its name changes when it is renamed. Undefined once it has been deleted. */
  readonly mailbox: Mailbox | undefined;
  readonly readOnly: boolean;
  /** Whose it is; null for one's own. */
  readonly owner: AccountId | null;
  /** What the session's user may do here as it is now (RFC 4314). */
  readonly rights: Rights;
  /** The mailbox has been deleted under the session; nothing more can be done in it. Counts as news. */
  readonly gone: boolean;

  // As this session has been told of it.
  /** How many messages the session knows: the highest sequence number. */
  readonly exists: number;
  /** The UID at a sequence number from 1; undefined above `exists`. */
  uidAt(seq: number): Uid | undefined;
  /** The sequence number of a UID that the session knows; 0 when it knows none. */
  seqOf(uid: number): number;
  /** The UIDs within `ranges` that the session knows, ascending; costs as much as it finds. */
  uidsWithin(set: UidSet): Uid[];
  /** Facts of a message; undefined when it has been expunged (RFC 9051 7.5.1: the session may not know yet). */
  facts(uid: number): MessageFacts | undefined;
  /**
   * The index of a message in the arrays of `columns`, for long replies that should not make an object a message;
   * -1 when it has been expunged. Indexes are good until the next await.
   */
  indexOf(uid: number): number;
  readonly columns: ViewColumns;
  /** How many rows of `columns` this session knows: the first so many. What it knows and was expunged has none. */
  readonly knownRows: number;
  /** The index over the text of the account's messages. */
  readonly textIndex: TextIndex;
  /** All keywords in use in the mailbox, for FLAGS and PERMANENTFLAGS. */
  keywords(): readonly string[];
  /** Highest modSeq that the view has caught up with. */
  readonly highestModSeq: ModSeq;
  /** UIDs with a modSeq above `since` that the session knows, ascending (CHANGEDSINCE, QRESYNC). */
  changedSince(since: ModSeq): Uid[];
  /** UIDs of `among` (all if undefined) that the view has lost after `since`; may name more than ever existed (RFC 7162 3.2.5.1). */
  vanishedSince(since: ModSeq, among: UidSet | undefined): Promise<UidSet>;
  /** RFC 3501 2.3.2: this session is the first to be told of the message. IMAP4rev1 only. */
  isRecent(uid: number): boolean;
  /** How many of the messages that the session knows are \Recent. */
  readonly recent: number;

  // News.
  /** True when `takeNews` would have something to tell. */
  readonly hasNews: boolean;
  /**
   * What is new, and marks it as told. "keep" holds expunges back, since a command with sequence numbers must not see
   * any (RFC 9051 7.5.1); flags and new messages are told either way.
   */
  takeNews(expunges: "tell" | "keep"): News;
  /** Calls `listener` (soon, at most once a turn of the event loop) whenever there is news. */
  onNews(listener: () => void): Disposable;
  /** The session itself tells these messages' flags as of `modSeq`, so `takeNews` need not. */
  markTold(uids: readonly Uid[], modSeq: ModSeq): void;
  /** Whether the session has been told of the message's flags as of `modSeq`. */
  wasTold(uid: Uid, modSeq: ModSeq): boolean;

  // Use cases. All of them throw ProblemRefusal.
  contents(contents: readonly ContentId[]): Promise<readonly ContentFacts[]>;
  /** What messages are sorted and threaded by, in the order of `contents`. */
  order(contents: readonly ContentId[]): Promise<readonly OrderFacts[]>;
  /** A message's bytes. */
  body(content: ContentId): Promise<StoredBody>;
  /**
   * The bytes of several messages, read together until they are about `bytesMax`; ask `body` for those that are not in
   * the answer. For replies over many messages: one look at the store costs less than many.
   */
  bodies(contents: readonly ContentId[], bytesMax: number): Promise<ReadonlyMap<ContentId, StoredBody>>;
  /** When each message was put into this mailbox (RFC 8514), in the order of `uids`; null for one that is gone. */
  saveDates(uids: readonly Uid[]): Promise<readonly (number | null)[]>;
  storeFlags(
    uids: readonly Uid[],
    change: FlagChange,
    flags: FlagSet,
    unchangedSince?: ModSeq,
  ): Promise<StoreFlagsResult>;
  /** Throws destination-missing, mailbox-not-selectable, mailbox-full, over-quota. */
  copy(uids: readonly Uid[], to: MailboxId, progress?: WorkProgress): Promise<Copied>;
  /** `modSeq` is null when nothing was there to move. */
  move(
    uids: readonly Uid[],
    to: MailboxId,
    progress?: WorkProgress,
  ): Promise<CopyResult & { readonly modSeq: ModSeq | null }>;
  /** Expunges a message and puts another one into `to`, both or neither. Throws message-missing, destination-missing. */
  replace(uid: Uid, to: MailboxId, item: AppendItem): Promise<AppendResult>;
  /** Expunges what is \Deleted, of `among` if given. */
  expunge(among?: UidSet): Promise<{ readonly uids: readonly Uid[]; readonly modSeq: ModSeq | null }>;
  /** Expunges these messages whether \Deleted or not, all in one commit (POP3's QUIT). */
  remove(uids: readonly Uid[]): Promise<{ readonly uids: readonly Uid[]; readonly modSeq: ModSeq | null }>;
}
