// A command is one value in one file. It is handed the session in the state it asks for, and what follows its verb; it
// answers with replies. What it needs more of the client it asks for through the dialogue.

import type { EndReason } from "./events.ts";
import type { Greeted, InTransaction, Session } from "./session.ts";
import type { Reply } from "./wire/reply.ts";

/** How a command ends. */
export interface Completion {
  /** One, or in LMTP one for each recipient after the end of data (RFC 2033 4.2). */
  readonly replies: readonly Reply[];
  /** What the connection does after the replies: starts TLS, or ends for this reason. */
  readonly next?: "start-tls" | EndReason;
  /**
   * What it says of the client: a message has got through, so all is forgiven; this moved no mail; or it only repeats a
   * refusal that has been counted.
   */
  readonly counts?: "message" | "junk" | "nothing";
}

/** The client's part in a command that takes more than its line. */
export interface Dialogue {
  /** Sends an intermediate reply and resolves with the next line. */
  ask(reply: Reply): Promise<string>;
  /** Sends the reply and hands on the data as it comes, dots taken out. `take` may return a promise to be waited for. */
  receive(reply: Reply, take: (piece: Uint8Array) => Promise<void> | undefined): Promise<DataEnd>;
  /** Hands on the next `count` bytes as they come, whatever they are; the session ends when they are not there by `latestMs`. */
  receiveCounted(
    count: number,
    latestMs: number,
    take: (piece: Uint8Array) => Promise<void> | undefined,
  ): Promise<void>;
  /** Bytes that have come and are not read: a client that should have waited has not. */
  readonly pipelined: boolean;
}

export interface DataEnd {
  /** RFC 5321 2.3.8: CR and LF "MUST NOT" stand alone; somewhere they did. */
  readonly bareLineEnds: boolean;
}

interface States {
  readonly any: Session;
  /** After HELO, EHLO or LHLO. */
  readonly greeted: Greeted;
  /** After MAIL. */
  readonly transaction: InTransaction;
}

export type CommandState = keyof States;

interface CommandIn<S extends CommandState> {
  readonly verb: string;
  readonly state: S;
  /** Counted as junk, since it moves no mail. */
  readonly kind: "mail" | "junk";
  run(session: States[S], argument: string, dialogue: Dialogue): Completion | Promise<Completion>;
}

export type Command = { readonly [S in CommandState]: CommandIn<S> }[CommandState];

/** A single reply, and on with the session. */
export function answer(reply: Reply): Completion {
  return { replies: [reply] };
}

/** A reply, and the connection ends. */
export function answerAndClose(reply: Reply, why: EndReason): Completion {
  return { replies: [reply], next: why };
}
