// RCPT (RFC 5321 4.1.1.3) with DSN's parameters (RFC 3461 4.1, 4.2). Whoever is unknown is refused here and now, so that no
// report has to be sent to somebody who never wrote.

import { smtpRecipientsMax } from "../../base/limits.ts";
import type { NotifyEvent, Recipient } from "../../delivery/envelope.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { answer, type Command } from "../command.ts";
import { offersDsn } from "../extensions.ts";
import { faultReply } from "../fault-reply.ts";
import type { InTransaction } from "../session.ts";
import { decodeXtext, type EsmtpParameters, parseParameters } from "../wire/esmtp-parameters.ts";
import { type Path, readPath } from "../wire/path.ts";
import { formatReply, type Reply, reply } from "../wire/reply.ts";

export const rcpt: Command = {
  verb: "RCPT",
  state: "transaction",
  kind: "mail",
  async run(session, argument) {
    const { recipients, chunks } = session.transaction;
    if (chunks !== undefined) return answer(reply(503, "5.5.1", "The message has begun; RSET ends it"));
    // RFC 5321 4.5.3.1.10: 452 for each that is too many.
    if (recipients.length >= smtpRecipientsMax) return answer(reply(452, "4.5.3", "Too many recipients"));
    const keyword = /^TO:[ \t]*/i.exec(argument)?.[0];
    if (keyword === undefined || argument[keyword.length] !== "<") {
      return answer(reply(501, "5.5.4", "Write RCPT TO:<address>"));
    }
    const read = readPath(argument, keyword.length);
    if (read === undefined) return answer(notAnAddress);
    const parameters = parseParameters(argument.slice(read.end));
    if (parameters === undefined) return answer(reply(501, "5.5.4", "A parameter is malformed or given twice"));
    const recipient = readRecipient(session, read.path, parameters);
    if ("code" in recipient) return answer(recipient);
    const { delivery, report } = session.parts;
    try {
      recipients.push({ ...recipient, route: await delivery.route(recipient.address, session.origin) });
    } catch (error) {
      const refusal = isRelayDenied(error) ? relayRefusal(session) : faultReply(session.parts, "RCPT", error);
      const { remoteAddress } = session.client;
      const { sender } = session.transaction;
      const why = formatReply(refusal).trimEnd();
      report({ kind: "recipient-refused", remoteAddress, sender, recipient: recipient.address, why });
      return answer(refusal);
    }
    return answer(recipientOk);
  },
};

const recipientOk = reply(250, "2.1.5", "Recipient ok");
const notAnAddress = reply(550, "5.1.3", "Not an address that mail can be sent to");
const relayDenied = reply(550, "5.7.1", "Mail for other servers is not taken here");
const noSmarthost = reply(550, "5.7.1", "This server sends no mail to other servers: no smarthost is configured");

function isRelayDenied(error: unknown): boolean {
  return error instanceof ProblemRefusal && error.problem.kind === "relay-denied";
}

function relayRefusal({ identity }: InTransaction): Reply {
  return identity === undefined ? relayDenied : noSmarthost;
}

function readRecipient(session: InTransaction, path: Path, parameters: EsmtpParameters): Recipient | Reply {
  // RFC 5321 4.5.1: "Postmaster" alone, in any case, is the only address without a domain.
  if (path.domain === undefined && !/^postmaster$/i.test(path.address)) return notAnAddress;
  // RFC 6531 3.5.
  if (path.international && !session.transaction.international) {
    return reply(553, "5.6.7", "An address beyond ASCII needs SMTPUTF8");
  }
  let recipient: Recipient = { address: path.address, notify: undefined, originalRecipient: undefined };
  for (const [keyword, value] of parameters) {
    const read = offersDsn(session) ? readers[keyword]?.(value ?? "") : undefined;
    if (read === undefined) return reply(555, "5.5.4", `${keyword} is not known here`);
    if ("code" in read) return read;
    recipient = { ...recipient, ...read };
  }
  return recipient;
}

const readers: Readonly<Record<string, (value: string) => Partial<Recipient> | Reply>> = {
  NOTIFY(value) {
    const words = value.toUpperCase().split(",");
    if (words.length === 1 && words[0] === "NEVER") return { notify: [] };
    const notify = [...new Set(words)].filter(isNotifyEvent);
    if (notify.length === words.length) return { notify };
    return reply(501, "5.5.4", "NOTIFY is NEVER, or some of SUCCESS,FAILURE,DELAY");
  },
  ORCPT(value) {
    const found = /^([A-Za-z0-9-]+);(.+)$/.exec(value);
    const address = found?.[2] === undefined || value.length > 500 ? undefined : decodeXtext(found[2]);
    if (address === undefined) return reply(501, "5.5.4", "ORCPT is a type, a semicolon and an address in xtext");
    return { originalRecipient: `${found?.[1] ?? ""};${address}` };
  },
};

function isNotifyEvent(word: string): word is NotifyEvent {
  return word === "SUCCESS" || word === "FAILURE" || word === "DELAY";
}
