// AUTH (RFC 5034; RFC 1734 before it): the SASL mechanisms, with or without an initial response.
// Liberties: AUTH alone lists the mechanisms, as clients that know no CAPA expect; a cancelled exchange counts as a
// failed login, so that nobody cancels for ever.

import { utf8 } from "../../base/bytes.ts";
import { ProblemRefusal, refuse } from "../../model/problem.ts";
import type { Verified } from "../../sasl/credential-port.ts";
import type { Mechanism } from "../../sasl/mechanism.ts";
import { mechanismNamed } from "../../sasl/mechanisms.ts";
import { decodeInitialResponse, decodeResponse, encodeChallenge } from "../../sasl/response.ts";
import { command } from "../command.ts";
import { mechanismsOf, type Pop3Context, saslContextOf } from "../context.ts";
import { logIn, loginFailed } from "../log-in.ts";
import { answered, type Challenge, endOfLines, err, okLine, type SaslLine } from "../reply.ts";
import type { Authorization } from "../session.ts";

interface Start {
  /** Null to be told which there are. */
  readonly mechanism: string | null;
  readonly initialResponse: string | null;
}

type Dialogue = AsyncGenerator<Challenge, Verified | "cancelled", SaslLine>;

export const auth = command({
  name: "AUTH",
  states: ["authorization"],
  parse: parseStart,
  capability: (context) => {
    const names = mechanismsOf(context).map(({ name }) => name);
    return names.length === 0 ? null : `SASL ${names.join(" ")}`;
  },
  async *run(session, { mechanism, initialResponse }, context) {
    const offered = mechanismsOf(context);
    if (mechanism === null) {
      yield okLine(session, (say) => say.mechanisms);
      yield utf8(offered.map(({ name }) => `${name}\r\n`).join(""));
      yield endOfLines;
      return answered(session);
    }
    if (offered.length === 0) return err(session, "AUTH", (say) => say.tlsRequired);
    const chosen = mechanismNamed(offered, mechanism);
    if (chosen === undefined) return err(session, null, (say) => say.mechanismUnknown);
    let outcome: Verified | "cancelled";
    try {
      outcome = yield* exchange(chosen, initialResponse, context);
    } catch (error) {
      if (error instanceof ProblemRefusal) return loginFailed(session, context, error);
      throw error;
    }
    if (outcome === "cancelled") return cancelled(session);
    const verified = outcome;
    return await logIn(session, context, async () => verified);
  },
});

function parseStart(argument: string | null): Start | null {
  const words = argument?.trim().split(/ +/) ?? [""];
  const [mechanism = "", initialResponse = null] = words;
  if (words.length > 2) return null;
  return { mechanism: mechanism === "" ? null : mechanism, initialResponse };
}

/** RFC 5034 4: challenges and responses in base64 lines, "*" to cancel. */
async function* exchange(mechanism: Mechanism, initialResponse: string | null, context: Pop3Context): Dialogue {
  const initial = initialResponse === null ? undefined : decodeInitialResponse(initialResponse);
  const steps = mechanism.start(saslContextOf(context), initial);
  let step = await steps.next(new Uint8Array());
  while (step.done !== true) {
    const line = yield { challenge: encodeChallenge(step.value) };
    if (line === "*") return "cancelled";
    if (line === null) throw refuse({ kind: "sasl-response-invalid" });
    step = await steps.next(decodeResponse(line));
  }
  return step.value;
}

function cancelled(session: Authorization) {
  const failedLogins = session.failedLogins + 1;
  return err({ ...session, failedLogins }, null, (say) => say.exchangeCancelled);
}
