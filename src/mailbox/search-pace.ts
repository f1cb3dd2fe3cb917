// How long a search keeps the event loop: its work is counted as it is done, in nanoseconds of about what it takes, and
// after some milliseconds of it everybody else has a turn. Counted, not measured, so that a search does the same each time.

import { searchTurnNsMax } from "../base/limits.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";

/** What work takes, in nanoseconds, on a slow machine. */
export const cost = {
  /** One leaf on one message of the view. */
  verdictNs: 10,
  /** Reading what was stored of a message, or its body. */
  rowNs: 20_000,
  /** Finding the parts of a message, for each byte. */
  structureByteNs: 4,
  /** Decoding and folding a character. */
  characterNs: 50,
  /** Folding it once more, without its marks. */
  fuzzyCharacterNs: 30,
  /** Looking for one word, about as it is written, at one character. */
  lookWordNs: 4,
  /** Asking the index about a string. */
  questionNs: 500_000,
  /** ... for each message that may have it. */
  answerNs: 100,
  /** Looking at a place in a text of the index. */
  placeLookNs: 5_000,
  /** Reading a text of the index. */
  indexedTextNs: 4_000,
  /** Reading of the view what it knows of a message. */
  factsNs: 500,
  /** Reading what was stored for sorting and threading. */
  orderNs: 5_000,
  /** Comparing two messages to sort them. */
  compareNs: 200,
  /** One step from message to message along a thread. */
  linkNs: 100,
  /** Finding a message its place in a thread, or a thread its place among threads. */
  placeNs: 1_000,
  /** Opening a mailbox that is searched among others, however few messages it has. */
  openNs: 200_000,
  /** Looking for one string at one character. */
  lookNs: 1,
} as const;

export class SearchPace {
  readonly #signal: AbortSignal;
  #spentNs = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Counts work; a promise when it is time for others. It rejects with the signal's reason once that has fired. */
  spend(nanoseconds: number): Promise<void> | undefined {
    this.#spentNs += nanoseconds;
    if (this.#spentNs < searchTurnNsMax) return undefined;
    this.#spentNs = 0;
    return this.#turn();
  }

  async #turn(): Promise<void> {
    this.#signal.throwIfAborted();
    await eventLoopTurn();
    this.#signal.throwIfAborted();
  }
}
