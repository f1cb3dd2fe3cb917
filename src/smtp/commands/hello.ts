// HELO, EHLO and LHLO (RFC 5321 4.1.1.1; RFC 2033 4.1). They end a transaction that is open (RFC 5321 4.1.4).
// Liberty: the name that the client gives need not be a domain (RFC 5321 4.1.4 forbids refusing mail for a wrong one);
// one that could not stand in a trace field is not repeated there.

import { smtpHelloBytesMax } from "../../base/limits.ts";
import { answer, type Command, type Completion } from "../command.ts";
import { extensionsOf } from "../extensions.ts";
import type { Hello, Session } from "../session.ts";
import { reply } from "../wire/reply.ts";

export const helo: Command = {
  verb: "HELO",
  state: "any",
  kind: "junk",
  run(session, argument) {
    return greet(session, "HELO", argument);
  },
};

export const ehlo: Command = {
  verb: "EHLO",
  state: "any",
  kind: "junk",
  run(session, argument) {
    return greet(session, "EHLO", argument);
  },
};

export const lhlo: Command = {
  verb: "LHLO",
  state: "any",
  kind: "junk",
  run(session, argument) {
    return greet(session, "LHLO", argument);
  },
};

async function greet(session: Session, verb: Hello["verb"], argument: string): Promise<Completion> {
  const { service, host } = session.parts;
  // RFC 2033 4.1: an LMTP server "MUST NOT" answer HELO and EHLO with success, an SMTP server has no LHLO.
  if ((verb === "LHLO") !== (service === "lmtp")) {
    return answer(reply(500, "5.5.1", service === "lmtp" ? "This is LMTP: LHLO" : "This is SMTP: EHLO"));
  }
  if (argument === "" || argument.length > smtpHelloBytesMax)
    return answer(reply(501, "5.5.4", `${verb} wants a name`));
  await session.endTransaction();
  session.hello = { verb, name: traceName(argument) };
  return answer(reply(250, undefined, host, ...(verb === "HELO" ? [] : extensionsOf(session))));
}

/** RFC 5321 4.1.2 Domain and 4.1.3 address-literal, with the underscore of Windows machines. */
function traceName(argument: string): string | undefined {
  return /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[A-Za-z0-9.:]+\])$/.test(argument) ? argument : undefined;
}
