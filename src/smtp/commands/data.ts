// DATA (RFC 5321 4.1.1.4). The reply to the end of the data comes when the message is on the disk; in LMTP there is one for
// each recipient that RCPT took (RFC 2033 4.2), whatever went wrong.

import { acceptMessage, bareLineEnds, forEachRecipient, reportRefusals, tooLarge } from "../accept-message.ts";
import { answer, answerAndClose, type Command, type Completion, type Dialogue } from "../command.ts";
import { DataIntake, TooMuchData } from "../data-intake.ts";
import { faultReply } from "../fault-reply.ts";
import type { InTransaction } from "../session.ts";
import { reply } from "../wire/reply.ts";

export const data: Command = {
  verb: "DATA",
  state: "transaction",
  kind: "mail",
  async run(session, argument, dialogue) {
    if (argument !== "") return answer(reply(501, "5.5.4", "DATA stands alone"));
    // RFC 2033 4.2: without a recipient DATA "MUST" fail with 503.
    if (session.transaction.recipients.length === 0) return answer(reply(503, "5.5.1", "No recipient was accepted"));
    // RFC 3030 2: "DATA and BDAT commands cannot be used in the same transaction."
    if (session.transaction.chunks !== undefined) {
      return answer(reply(503, "5.5.1", "The message has begun with BDAT, and goes on with it"));
    }
    // RFC 2920 3.1: DATA ends a group of commands, since what follows depends on its reply.
    if (dialogue.pipelined)
      return answerAndClose(reply(503, "5.5.0", "Data has to wait for the reply to DATA"), "out-of-step");
    const completion = await receiveMessage(session, dialogue);
    reportRefusals(session, completion.replies);
    await session.endTransaction();
    return completion;
  },
};

const goAhead = reply(354, undefined, "Go ahead; end with <CRLF>.<CRLF>");
const pipelinedWithoutEsmtp = reply(554, "5.5.0", "Commands have to wait for their replies");

async function receiveMessage(session: InTransaction, dialogue: Dialogue): Promise<Completion> {
  const intake = new DataIntake(session.parts.delivery.newLetter());
  try {
    const end = await dialogue.receive(goAhead, (piece) => intake.take(piece));
    // Without ESMTP there is no pipelining (RFC 2920 2): what stands behind the message has been smuggled in.
    if (session.hello.verb === "HELO" && dialogue.pipelined)
      return answerAndClose(pipelinedWithoutEsmtp, "out-of-step");
    // LMTP brings what another server has accepted, and hands it to mailboxes only: it stays as it is.
    if (end.bareLineEnds && session.parts.service !== "lmtp") return answer(bareLineEnds);
    await using letter = await intake.finish();
    return await acceptMessage(session, letter);
  } catch (error) {
    if (error instanceof TooMuchData) return answerAndClose(tooLarge, "too-many-faults");
    return { replies: forEachRecipient(session, faultReply(session.parts, "DATA", error)) };
  } finally {
    await intake.discard();
  }
}
