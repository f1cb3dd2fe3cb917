// BDAT (RFC 3030 2). Its bytes follow the command at once, counted, and are read whatever the answer is: a client that sends
// on without waiting stays in step. A count that cannot be read ends the connection, since nobody could say where the
// next command begins.

import { smtpDiscardedBytesMax, smtpMessageTimeoutMs } from "../../base/limits.ts";
import { refuse } from "../../model/problem.ts";
import { acceptMessage, bareLineEnds, forEachRecipient, reportRefusals, tooLarge } from "../accept-message.ts";
import { ChunkedMessage } from "../chunked-message.ts";
import { answer, answerAndClose, type Command, type Completion, type Dialogue } from "../command.ts";
import { faultReply } from "../fault-reply.ts";
import { type InTransaction, isInTransaction, type Session } from "../session.ts";
import { type Reply, reply } from "../wire/reply.ts";

export const bdat: Command = {
  verb: "BDAT",
  state: "any",
  kind: "mail",
  async run(session, argument, dialogue) {
    const chunk = readChunk(argument);
    if (chunk === undefined) return answerAndClose(malformed, "out-of-step");
    // Who has said HELO knows of no extension (RFC 5321 4.1.1.1).
    if (!isInTransaction(session) || session.hello.verb === "HELO" || session.transaction.recipients.length === 0) {
      return await refused(session, chunk, dialogue);
    }
    const { delivery, clock } = session.parts;
    const message = (session.transaction.chunks ??= new ChunkedMessage(delivery.newLetter(), clock.monotonicMs()));
    if (message.bytes + chunk.size > smtpDiscardedBytesMax) return answerAndClose(tooLarge, "too-many-faults");
    const known = message.failure !== undefined;
    await receive(session, message, chunk, dialogue);
    if (!known && message.failure !== undefined) reportRefusals(session, forEachRecipient(session, message.failure));
    if (chunk.last) return await finish(session, message, known ? "known" : "new");
    if (message.failure !== undefined) return { replies: [message.failure], ...(known ? { counts: "nothing" } : {}) };
    return { replies: [took(chunk.size)], ...(chunk.size === 0 ? { counts: "junk" } : {}) };
  },
};

const malformed = reply(501, "5.5.4", "Write BDAT and a number of bytes, and LAST with the last");

interface Chunk {
  readonly size: number;
  readonly last: boolean;
}

/** RFC 3030 2: bdat-cmd = "BDAT" SP chunk-size [SP end-marker]. */
function readChunk(argument: string): Chunk | undefined {
  const found = /^(\d{1,20})(?:[ \t]+(LAST))?$/i.exec(argument);
  return found === null ? undefined : { size: Number(found[1]), last: found[2] !== undefined };
}

function took(size: number): Reply {
  return reply(250, "2.0.0", `Took ${size} bytes`);
}

/** RFC 3030 2: "the receiver-SMTP MUST accept and discard the associated message data before sending the appropriate 5XX or 4XX code." */
async function refused(session: Session, { size }: Chunk, dialogue: Dialogue): Promise<Completion> {
  const { clock, service } = session.parts;
  const hello = service === "lmtp" ? "LHLO" : "EHLO";
  const why =
    session.hello === undefined || session.hello.verb === "HELO"
      ? `Say ${hello} first`
      : session.transaction === undefined
        ? "Say MAIL first"
        : "No recipient was accepted";
  if (size > smtpDiscardedBytesMax) return answerAndClose(tooLarge, "too-many-faults");
  await dialogue.receiveCounted(size, clock.monotonicMs() + smtpMessageTimeoutMs, () => undefined);
  return answer(reply(503, "5.5.1", why));
}

async function receive(
  session: InTransaction,
  message: ChunkedMessage,
  chunk: Chunk,
  dialogue: Dialogue,
): Promise<void> {
  const { parts } = session;
  if (message.bytes + chunk.size > parts.messageBytesMax) {
    message.failure ??= faultReply(
      parts,
      "BDAT",
      refuse({ kind: "message-too-large", limitBytes: parts.messageBytesMax }),
    );
  }
  await dialogue.receiveCounted(chunk.size, message.latestMs, (piece) => message.take(piece));
  if (message.failure !== undefined) return;
  try {
    message.check();
  } catch (error) {
    message.failure = faultReply(parts, "BDAT", error);
  }
}

/** RFC 2033 4.3: in LMTP the last chunk is answered for each recipient, the others once. */
async function finish(session: InTransaction, message: ChunkedMessage, failure: "known" | "new"): Promise<Completion> {
  try {
    if (message.failure !== undefined) {
      const replies = forEachRecipient(session, message.failure);
      return { replies, ...(failure === "known" ? { counts: "nothing" } : {}) };
    }
    const completion = await accept(session, message);
    reportRefusals(session, completion.replies);
    return completion;
  } finally {
    await session.endTransaction();
  }
}

async function accept(session: InTransaction, message: ChunkedMessage): Promise<Completion> {
  try {
    // Here nobody mistakes it for an end of data; whoever gets the message from us might.
    if (message.bareLineEnds && session.parts.service !== "lmtp") return answer(bareLineEnds);
    await using letter = await message.finish();
    return await acceptMessage(session, letter);
  } catch (error) {
    return { replies: forEachRecipient(session, faultReply(session.parts, "BDAT", error)) };
  }
}
