// A command is one value: its name, the states it is valid in, how it may number messages, how its arguments are read,
// and what it does. `run` writes untagged replies to `out` and returns the completion. One whose replies are long is a
// generator: it yields where it can wait for a slow client. A command knows no socket and no tag but where it must.

import { bad, type Completion } from "./completion.ts";
import type { Session, SessionIn, StateName } from "./session.ts";
import type { ArgumentReader } from "./wire/argument-reader.ts";
import type { CommandHead, Numbering } from "./wire/command-head.ts";
import type { OfferedLiteral } from "./wire/command-reader.ts";
import type { Writer } from "./wire/writer.ts";

/**
 * What a long reply yields. "more": between two replies of many; what was written is sent once it is enough to be worth
 * it. "send-now": the client must see what was written before the command goes on. Octets are sent behind what was
 * written, and are never changed afterwards: bodies, which are not copied into `out`.
 */
export type Progress = "more" | "send-now" | Uint8Array;

export type LongReply = AsyncGenerator<Progress, Completion>;
export type Reply = Promise<Completion> | LongReply;

/** A reply broke off in the middle: there is no way to go on but to end the connection. */
export class BrokenReply extends Error {
  constructor(cause: unknown) {
    super("a reply broke off", { cause });
    this.name = "BrokenReply";
  }
}

/** What follows a literal: another one, or the end of the command. */
export interface CommandPart {
  /** The arguments since the last literal. */
  readonly args: ArgumentReader;
  readonly literal: OfferedLiteral | null;
}

/** A command's conversation with its client. */
export interface Dialogue {
  /** Takes untagged replies. */
  readonly out: Writer;
  /** ESEARCH names the command that it answers (RFC 4731 3). */
  readonly tag: string;
  readonly numbering: Numbering;
  /** Milliseconds since 1970: OLDER and YOUNGER want to know (RFC 5032). */
  nowMs(): number;
  /** Notes how far the command has got, in messages or per cent, for a client that it keeps waiting (RFC 9585). */
  readonly progress: (done: number, goal: number) => void;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
  /** Whether COMPRESS has been given (RFC 4978). */
  readonly compression: "active" | "not-active";
  /** The next line as it is (RFC 9051 6.2.2, 6.3.13), after what was written is sent. */
  readLine(bytesMax: number): Promise<Uint8Array>;
  /** The literal with which a streamed command (APPEND) begins; null when the command came whole. */
  readonly literal: OfferedLiteral | null;
  /** The octets of the literal at hand, which is thereby accepted. */
  pieces(): AsyncIterable<Uint8Array>;
  /** What follows the literal. */
  nextPart(): Promise<CommandPart>;
  /** The literal at hand as an argument, with what follows it: a streamed command may have such ones, too. */
  bufferLiteral(): Promise<CommandPart>;
}

/**
 * Whether a command must not be told expunges: FETCH, STORE and SEARCH by sequence number (RFC 9051 7.5.1). "its-own": it
 * expunges, and its client must hear of that.
 */
export type ExpungeRule = "tell" | "keep-while-numbered" | "its-own";

export interface CommandShape<S extends StateName, Args> {
  /** In capitals, as the command reader gives it. */
  readonly name: string;
  readonly states: readonly S[];
  readonly numbering: readonly Numbering[];
  readonly expunges?: ExpungeRule;
  /** "none": EXPUNGE, whose form without UID names no messages. */
  readonly sequenceNumbers?: "none";
  /** Why the session cannot have the command at all; asked before its arguments are read and its literals asked for. */
  readonly whyNot?: (session: SessionIn<S>) => Completion | null;
  /** Throws SyntaxFault or ProblemRefusal. */
  readonly parse: (args: ArgumentReader, numbering: Numbering) => Args;
  readonly run: (session: SessionIn<S>, args: Args, dialogue: Dialogue) => Reply;
}

/** A command as the command loop sees it. */
export interface Command {
  readonly name: string;
  readonly states: readonly StateName[];
  readonly numbering: readonly Numbering[];
  readonly expunges: ExpungeRule;
  /** Why the session cannot have the command; null when it can. */
  whyNot(session: Session, numbering: Numbering): Completion | null;
  /** Reads the arguments and begins. The session must be one that can have the command. */
  start(session: Session, head: CommandHead, args: ArgumentReader, dialogue: Dialogue): Reply;
}

export const anyState = ["not-authenticated", "authenticated", "selected"] as const;
export const afterLogin = ["authenticated", "selected"] as const;

export function command<S extends StateName, Args>(shape: CommandShape<S, Args>): Command {
  const numbers = shape.numbering.length > 1 && shape.sequenceNumbers !== "none";
  const isValid = (session: Session): session is SessionIn<S> => shape.states.some((state) => state === session.state);
  return {
    name: shape.name,
    states: shape.states,
    numbering: shape.numbering,
    expunges: shape.expunges ?? "tell",
    whyNot(session, numbering) {
      if (!shape.numbering.includes(numbering))
        return bad(numbering === "uid" ? "This command has no UID form" : "This command has only a UID form");
      if (isValid(session)) {
        // RFC 9586 3: such a command is answered BAD with UIDREQUIRED once UIDONLY is enabled.
        if (numbers && numbering === "seq" && session.features.has("UIDONLY"))
          return bad("No sequence numbers after ENABLE UIDONLY", "UIDREQUIRED");
        return shape.whyNot?.(session) ?? null;
      }
      if (session.state === "not-authenticated") return bad("Log in first");
      // A command for the selected state, or one for a client that has yet to log in.
      return bad(
        shape.states.some((state) => state === "selected") ? "Select a mailbox first" : "That comes before login",
      );
    },
    start(session, head, args, dialogue) {
      if (!isValid(session)) throw new Error(`${shape.name} in a state it is not valid in`);
      return shape.run(session, shape.parse(args, head.numbering), dialogue);
    },
  };
}

/** For commands without arguments. */
export function readNothing(args: ArgumentReader): void {
  args.end();
}

/** Follows a reply to its completion, and waits for the client where `progress` says so. */
export async function drive(
  reply: Reply,
  progress: (step: Progress) => Promise<void> | undefined,
): Promise<Completion> {
  if (!(Symbol.asyncIterator in reply)) return reply;
  for (;;) {
    const step = await reply.next();
    if (step.done === true) return step.value;
    const waits = progress(step.value);
    if (waits === undefined) continue;
    try {
      await waits;
    } catch (error) {
      // The client is gone: the command gives back what it holds.
      await reply.return({ status: "NO", code: null, text: "Good-bye" });
      throw error;
    }
  }
}
