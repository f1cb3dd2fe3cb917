// A command of the simulator's IMAP clients: its words, what may be told while it runs, what it does to the account, and how
// its answers are judged.

import type { ProblemKind } from "../../src/model/problem.ts";
import type { MailboxRow } from "../../src/store/work/mailboxes.ts";
import type { ImapResponse } from "./imap-response.ts";
import type { Floors, Message } from "./model.ts";

/** A unit of work that was committed for the command, or refused. */
export interface Commit {
  /** The mailboxes that there are in the store after it. */
  readonly mailboxes: readonly MailboxRow[];
  /** Its number in the account's history. */
  readonly number: number;
  readonly modSeq: number;
  /** What the store answered; to be judged. */
  readonly value: unknown;
  readonly refused: ProblemKind | null;
}

export interface Fetched {
  readonly seq: number;
  /** Undefined when the session does not know which message the number means. */
  readonly message: Message | undefined;
  /** Everything between the parentheses. */
  readonly items: string;
  readonly literals: readonly string[];
}

export interface Answer {
  readonly status: "OK" | "NO" | "BAD";
  readonly code: string;
  readonly text: string;
}

/** A command that was given. */
export interface Given {
  readonly tag: string;
  readonly command: ImapCommand;
  /** What it can see is at least as new as this. */
  readonly floors: Floors;
  /** The same of which mailboxes there are. */
  readonly namesFloor: number;
  /** Where its first octet stands in all that the client said. */
  readonly firstOctet: number;
  /** The number of its commit, once there is one. */
  commit: number | null;
}

export interface ImapCommand {
  readonly words: readonly (string | Buffer)[];
  /** "seq": its numbers mean what they mean only while no expunge is told. */
  readonly numbering: "seq" | "uid" | "none";
  /** RFC 9051 7.5.1: "kept" by FETCH, STORE and SEARCH with sequence numbers. */
  readonly expunges: "told" | "kept";
  /** How many units of work it has; "maybe": as many as it likes. */
  readonly writes: "none" | "one" | "maybe";
  /** "alone": what the session is changes by it, so nothing is given together with it. */
  readonly company: "any" | "alone";
  /** Selects a mailbox: EXISTS and RECENT before UIDVALIDITY are the new one's. */
  readonly enters?: true;
  commit?(commit: Commit): void;
  fetched?(fetched: Fetched, given: Given): void;
  /** Any other untagged response. */
  told?(response: ImapResponse, given: Given): void;
  answered?(answer: Answer, given: Given): void;
}

/** A command that does nothing to the account and is answered OK. */
export function plainCommand(words: string, shape: Partial<ImapCommand> = {}): ImapCommand {
  return { words: [words], numbering: "none", expunges: "told", writes: "none", company: "any", ...shape };
}
