// What the smarthost's replies mean for each recipient (RFC 5321 4.2.1: 4yz may pass, 5yz will not).

import { remoteReplyKeptBytesMax } from "../base/limits.ts";
import type { Fault, Outcome, RemoteReply } from "./outcome.ts";
import type { WaitingRecipient } from "./settlement.ts";
import type { SendFailure, SendReport } from "./smarthost-connection.ts";
import { wireAddress } from "./wire-address.ts";

type Outcomes = ReadonlyMap<WaitingRecipient, Outcome>;

/** The message was taken, for some recipients at least. */
export function sentOutcomes(
  host: string,
  recipients: readonly WaitingRecipient[],
  { reply, refused }: SendReport,
  reports: "theirs" | "none",
): Outcomes {
  const refusals = new Map(refused.map(({ recipient, reply: text }) => [recipient, text]));
  const taken: Outcome = { kind: "relayed", reports, reply: remoteReply(host, reply) };
  return new Map(
    recipients.map((recipient) => {
      const refusal = refusals.get(wireAddress(recipient.address));
      return [recipient, refusal === undefined ? taken : refusedBy(remoteReply(host, refusal))];
    }),
  );
}

/** The message was taken for nobody. */
export function failureOutcomes(
  host: string,
  recipients: readonly WaitingRecipient[],
  failure: SendFailure,
  during: "connecting" | "sending",
): Outcomes {
  const refusals = new Map(failure.refused.map(({ recipient, reply }) => [recipient, reply]));
  const common = failureOutcome(host, failure, during);
  return new Map(
    recipients.map((recipient) => {
      const refusal = refusals.get(wireAddress(recipient.address));
      return [recipient, refusal === undefined ? common : refusedBy(remoteReply(host, refusal))];
    }),
  );
}

function failureOutcome(host: string, failure: SendFailure, during: "connecting" | "sending"): Outcome {
  const { stage, reply, message } = failure;
  const remote = reply === undefined ? undefined : remoteReply(host, reply);
  if (stage === "unsent") {
    const tooLarge = /larger than allowed/.test(message);
    const fault = tooLarge
      ? { status: "5.3.4", text: "The message is larger than the next server takes.", remote }
      : { status: "5.1.3", text: "The next server cannot be told this address.", remote };
    return { kind: "failed", fault };
  }
  if (remote !== undefined && stage !== "connect") return refusedBy(remote);
  // Nothing was said about this message, so nothing is lost yet. A wrong password at the smarthost is ours to mend.
  // RFC 3463 3.5: X.4.1, no answer from host; X.4.2, bad connection.
  const status = during === "connecting" ? "4.4.1" : "4.4.2";
  const text = remote === undefined ? "The next server could not be reached." : "The next server turned this one away.";
  return { kind: "deferred", fault: { status, text, remote } };
}

function refusedBy(remote: RemoteReply): Outcome {
  const lasting = /^5\d\d(?!\d)/.test(remote.text);
  const given = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(remote.text)?.[1];
  const fault: Fault = {
    status: given ?? (lasting ? "5.0.0" : "4.0.0"),
    text: "The next server refused it.",
    remote,
  };
  return { kind: lasting ? "failed" : "deferred", fault };
}

function remoteReply(host: string, reply: string): RemoteReply {
  const text = reply.replace(/\s+/g, " ").trim();
  return { host, text: text.slice(0, remoteReplyKeptBytesMax) };
}
