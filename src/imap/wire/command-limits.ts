// How much a client may send at once: little before login, enough for every real client after it.

import {
  imapLineBeforeLoginBytesMax,
  imapLineBytesMax,
  imapLiteralBeforeLoginBytesMax,
  imapLiteralBytesMax,
  imapLiteralDiscardedBytesMax,
  imapLiteralsBeforeLoginBytesMax,
  imapLiteralsBytesMax,
  imapNonSyncBeforeLoginBytesMax,
} from "../../base/limits.ts";

export interface CommandLimits {
  /** One command without its literals. */
  readonly lineBytesMax: number;
  /** One literal that is buffered. */
  readonly literalBytesMax: number;
  /** One non-synchronizing literal that is buffered. */
  readonly nonSyncBytesMax: number;
  /** All literals of one command that are buffered. */
  readonly literalsBytesMax: number;
  /** What is read and thrown away of non-synchronizing literals that are refused; 0 closes the connection instead. */
  readonly discardedBytesMax: number;
  /** Names of the commands whose literals may be streamed, with how many arguments stand before the mailbox they name. */
  readonly streamed: ReadonlyMap<string, number>;
}

export const limitsBeforeLogin: CommandLimits = {
  lineBytesMax: imapLineBeforeLoginBytesMax,
  literalBytesMax: imapLiteralBeforeLoginBytesMax,
  nonSyncBytesMax: imapNonSyncBeforeLoginBytesMax,
  literalsBytesMax: imapLiteralsBeforeLoginBytesMax,
  // RFC 7888 4: a BYE is one of the two ways to refuse; a stranger is not worth the other.
  discardedBytesMax: 0,
  streamed: new Map(),
};

export const limitsAfterLogin: CommandLimits = {
  lineBytesMax: imapLineBytesMax,
  literalBytesMax: imapLiteralBytesMax,
  nonSyncBytesMax: imapLiteralBytesMax,
  literalsBytesMax: imapLiteralsBytesMax,
  discardedBytesMax: imapLiteralDiscardedBytesMax,
  streamed: new Map([
    ["APPEND", 0],
    ["REPLACE", 1],
  ]),
};
