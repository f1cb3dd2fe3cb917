// Hands a message that has come whole, by DATA or by BDAT, to delivery, and turns what becomes of it into replies: in LMTP one
// for each recipient that RCPT took (RFC 2033 4.2).

import type { Reception } from "../delivery/envelope.ts";
import type { Letter } from "../delivery/letter.ts";
import type { Completion } from "./command.ts";
import { faultReply } from "./fault-reply.ts";
import { receptionProtocol } from "./reception-protocol.ts";
import type { InTransaction } from "./session.ts";
import { formatReply, type Reply, reply } from "./wire/reply.ts";

export const tooLarge = reply(552, "5.3.4", "The message is too large");
export const bareLineEnds = reply(550, "5.6.0", "A CR or LF stands alone: lines end in CRLF");

/** The replies once it is on the disk; throws when it was taken for nobody. */
export async function acceptMessage(session: InTransaction, letter: Letter): Promise<Completion> {
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
  if (answers === "whole") return { replies: [accepted], counts: "message" };
  const replies = acceptances.map((one) => (one.kind === "accepted" ? accepted : faultReply(parts, "DATA", one.error)));
  return { replies, counts: "message" };
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

/** One reply, in LMTP as many as there are recipients. */
export function forEachRecipient({ parts, transaction }: InTransaction, one: Reply): readonly Reply[] {
  return parts.service === "lmtp" ? transaction.recipients.map(() => one) : [one];
}

export function reportRefusals({ parts, client, transaction }: InTransaction, replies: readonly Reply[]): void {
  const refusals = replies.filter(({ code }) => code >= 400);
  const [first] = refusals;
  if (first === undefined) return;
  const recipients = parts.service === "lmtp" ? refusals.length : transaction.recipients.length;
  const { remoteAddress } = client;
  const why = formatReply(first).trimEnd();
  parts.report({ kind: "message-refused", remoteAddress, sender: transaction.sender, recipients, why });
}
