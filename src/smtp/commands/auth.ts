// AUTH (RFC 4954): carries a SASL exchange in base64 lines. What the client sends in it is shown to nobody.

import { smtpAuthFailuresMax } from "../../base/limits.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import type { Verified } from "../../sasl/credential-port.ts";
import type { Exchange } from "../../sasl/mechanism.ts";
import { mechanismNamed } from "../../sasl/mechanisms.ts";
import { mechanismsWithoutPlus } from "../../sasl/quirks/mutt-plus-without-binding.ts";
import { decodeInitialResponse, decodeResponse, encodeChallenge } from "../../sasl/response.ts";
import { answer, answerAndClose, type Command, type Completion, type Dialogue } from "../command.ts";
import { faultReply } from "../fault-reply.ts";
import type { Session } from "../session.ts";
import { type Reply, reply } from "../wire/reply.ts";

export const auth: Command = {
  verb: "AUTH",
  state: "greeted",
  kind: "junk",
  async run(session, argument, dialogue) {
    const { parts, client } = session;
    if (parts.service !== "submission") return answer(reply(502, "5.5.1", "Nobody logs in here"));
    // RFC 4954 4: neither twice nor within a transaction.
    if (session.identity !== undefined) return answer(reply(503, "5.5.1", "You have logged in already"));
    if (session.transaction !== undefined) return answer(reply(503, "5.5.1", "A transaction is open"));
    const offered = mechanismsWithoutPlus(client.secure ? "allowed" : parts.plaintext);
    if (offered.length === 0) return answer(reply(538, "5.7.11", "Use STARTTLS first: no password in the clear"));
    const [name = "", initialResponse, more] = argument.split(" ");
    if (name === "" || more !== undefined) return answer(reply(501, "5.5.4", "Write AUTH and a mechanism"));
    const mechanism = mechanismNamed(offered, name);
    if (mechanism === undefined) return answer(reply(504, "5.5.4", "That mechanism is not offered"));
    try {
      const context = {
        credentials: parts.credentials,
        source: { remoteAddress: client.remoteAddress, protocol: "submission" as const },
        entropy: parts.entropy,
        channelBindings: undefined,
      };
      const initial = initialResponse === undefined ? undefined : decodeInitialResponse(initialResponse);
      const verified = await carry(mechanism.start(context, initial), dialogue);
      if (verified === undefined) return failed(session, reply(501, "5.7.0", "Login cancelled"));
      parts.admit(verified);
      session.identity = verified;
      parts.report({
        kind: "logged-in",
        remoteAddress: client.remoteAddress,
        account: verified.accountId,
        address: verified.address,
      });
      return answer(reply(235, "2.7.0", "Welcome"));
    } catch (error) {
      const refusal = faultReply(parts, "AUTH", error);
      if (!(error instanceof ProblemRefusal)) return answer(refusal);
      const { problem, cause } = error;
      parts.report({ kind: "login-refused", remoteAddress: client.remoteAddress, problem, cause });
      return failed(session, refusal);
    }
  },
};

/** Undefined when the client cancels with "*" (RFC 4954 4). */
async function carry(exchange: Exchange, dialogue: Dialogue): Promise<Verified | undefined> {
  let step = await exchange.next();
  while (step.done !== true) {
    const line = await dialogue.ask(reply(334, undefined, encodeChallenge(step.value)));
    if (line === "*") return undefined;
    step = await exchange.next(decodeResponse(line));
  }
  return step.value;
}

function failed(session: Session, refusal: Reply): Completion {
  return ++session.authFailures < smtpAuthFailuresMax
    ? answer(refusal)
    : answerAndClose(refusal, "too-many-failed-logins");
}
