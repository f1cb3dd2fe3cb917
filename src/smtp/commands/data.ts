// DATA (RFC 5321 4.1.1.4). The reply to the end of the data comes when the message is on the disk; in LMTP there is one for
// each recipient that RCPT took (RFC 2033 4.2), whatever went wrong.

import type { Reception } from "../../delivery/envelope.ts";
import type { Letter } from "../../delivery/letter.ts";
import { answer, answerAndClose, type Command, type Completion, type Dialogue } from "../command.ts";
import { DataIntake, TooMuchData } from "../data-intake.ts";
import { faultReply } from "../fault-reply.ts";
import { receptionProtocol } from "../reception-protocol.ts";
import type { InTransaction } from "../session.ts";
import { formatReply, type Reply, reply } from "../wire/reply.ts";

export const data: Command = {
  verb: "DATA",
  state: "transaction",
  kind: "mail",
  async run(session, argument, dialogue) {
    if (argument !== "") return answer(reply(501, "5.5.4", "DATA stands alone"));
    // RFC 2033 4.2: without a recipient DATA "MUST" fail with 503.
    if (session.transaction.recipients.length === 0) return answer(reply(503, "5.5.1", "No recipient was accepted"));
    // RFC 2920 3.1: DATA ends a group of commands, since what follows depends on its reply.
    if (dialogue.pipelined)
      return answerAndClose(reply(503, "5.5.0", "Data has to wait for the reply to DATA"), "out-of-step");
    const completion = await receiveMessage(session, dialogue);
    reportRefusals(session, completion.replies);
    session.endTransaction();
    return completion;
  },
};

const goAhead = reply(354, undefined, "Go ahead; end with <CRLF>.<CRLF>");
const tooLarge = reply(552, "5.3.4", "The message is too large");
const bareLineEnds = reply(550, "5.6.0", "A CR or LF stands alone: lines end in CRLF");
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
    return { replies: await acceptMessage(session, letter) };
  } catch (error) {
    if (error instanceof TooMuchData) return answerAndClose(tooLarge, "too-many-faults");
    return { replies: forEach(session, faultReply(session.parts, "DATA", error)) };
  } finally {
    await intake.discard();
  }
}

async function acceptMessage(session: InTransaction, letter: Letter): Promise<readonly Reply[]> {
  const { parts, transaction, origin, client } = session;
  const { delivery, service, report } = parts;
  const reception = receptionOf(session);
  const answers = service === "lmtp" ? "each" : "whole";
  const acceptances = await delivery.accept({ letter, envelope: transaction, reception, origin, answers });
  report({
    kind: "accepted",
    remoteAddress: client.remoteAddress,
    account: origin.kind === "account" ? origin.account : null,
    id: reception.id,
    sender: transaction.sender,
    recipients: acceptances.filter(({ kind }) => kind === "accepted").length,
    bytes: letter.size,
  });
  const accepted = reply(250, "2.0.0", `Accepted as ${reception.id}`);
  if (answers === "whole") return [accepted];
  return acceptances.map((one) => (one.kind === "accepted" ? accepted : faultReply(parts, "DATA", one.error)));
}

function receptionOf(session: InTransaction): Reception {
  const { parts, client, hello } = session;
  return {
    id: parts.delivery.freshId(),
    helloName: hello.name,
    remoteAddress: client.remoteAddress,
    protocol: receptionProtocol(session),
    cipher: client.tls?.cipher,
    receivedAtMs: parts.clock.nowMs(),
  };
}

function forEach({ parts, transaction }: InTransaction, one: Reply): readonly Reply[] {
  return parts.service === "lmtp" ? transaction.recipients.map(() => one) : [one];
}

function reportRefusals({ parts, client, transaction }: InTransaction, replies: readonly Reply[]): void {
  const refusals = replies.filter(({ code }) => code >= 400);
  const [first] = refusals;
  if (first === undefined) return;
  const recipients = parts.service === "lmtp" ? refusals.length : transaction.recipients.length;
  const { remoteAddress } = client;
  const why = formatReply(first).trimEnd();
  parts.report({ kind: "message-refused", remoteAddress, sender: transaction.sender, recipients, why });
}
