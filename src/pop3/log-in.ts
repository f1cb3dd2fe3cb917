// How a session comes from AUTHORIZATION to TRANSACTION, whichever command brings the proof (RFC 1939 4, RFC 5034 4).

import { ProblemRefusal } from "../model/problem.ts";
import type { Verified } from "../sasl/credential-port.ts";
import type { Pop3Context } from "./context.ts";
import { Maildrop } from "./maildrop.ts";
import { answerTo } from "./problem-codes.ts";
import { type Completion, err, errAndClose, ok } from "./reply.ts";
import type { Authorization } from "./session.ts";

/** Opens the maildrop of whom `verify` resolves to. What `verify` refuses with counts as a failed login. */
export async function logIn(
  session: Authorization,
  context: Pop3Context,
  verify: () => Promise<Verified>,
): Promise<Completion> {
  let verified: Verified;
  try {
    verified = await verify();
  } catch (error) {
    if (error instanceof ProblemRefusal) return loginFailed(session, context, error);
    throw error;
  }
  const admitted = await context.admit(verified);
  if (!(admitted instanceof Maildrop)) {
    // RFC 2449 8.1.1: said to a right password alone, so that a stranger learns nothing by it.
    return err({ ...session, user: null }, "LOGIN-DELAY", (say) => say.loginTooSoon(admitted.waitSeconds));
  }
  const { language, text } = session;
  const { messages, octets } = admitted;
  return ok({ state: "transaction", language, text, maildrop: admitted }, (say) => say.maildrop(messages, octets));
}

/** RFC 1939 7: after a failed PASS the client begins again with USER. */
export function loginFailed(session: Authorization, context: Pop3Context, refusal: ProblemRefusal): Completion {
  context.loginRefused(refusal);
  const { code, text } = answerTo(refusal.problem);
  const failed: Authorization = { ...session, user: null, failedLogins: session.failedLogins + 1 };
  if (failed.failedLogins < context.patience.failedLoginsMax) return err(failed, code, text);
  return errAndClose(failed, code, (say) => say.tooManyFailedLogins);
}
