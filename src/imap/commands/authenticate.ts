// AUTHENTICATE (RFC 9051 6.2.2) with an initial response (RFC 4959), over every mechanism of src/sasl/.

import { saslLineBytesMax } from "../../base/limits.ts";
import type { Verified } from "../../sasl/credential-port.ts";
import type { Exchange } from "../../sasl/mechanism.ts";
import { mechanismNamed } from "../../sasl/mechanisms.ts";
import { decodeResponse, encodeChallenge } from "../../sasl/response.ts";
import { capabilityText } from "../capabilities.ts";
import { command, type Dialogue } from "../command.ts";
import { bad, become, no, ok } from "../completion.ts";
import { tlsIsMissing } from "../tls-is-missing.ts";
import { readAuthenticate } from "../wire/login-args.ts";
import { writeChallenge } from "../wire/status-response.ts";

export const authenticate = command({
  name: "AUTHENTICATE",
  states: ["not-authenticated"],
  numbering: ["seq"],
  parse: readAuthenticate,
  whyNot: tlsIsMissing,
  async run({ link, gate }, { mechanism: name, initialResponse }, dialogue) {
    const mechanism = mechanismNamed(link.mechanisms, name);
    if (mechanism === undefined) return no("No such mechanism here", "CANNOT");
    const initial = initialResponse === null ? undefined : decodeResponse(initialResponse);
    const verified = await carry(mechanism.start(gate.sasl, initial), dialogue);
    // RFC 9051 6.2.2: "If the client wishes to cancel an authentication exchange, it issues a line consisting of a single
    // "*". If the server receives such a response, or if it receives an invalid base64 string, ... it MUST reject the
    // AUTHENTICATE command by sending a tagged BAD response."
    if (verified === null) return bad("Authentication cancelled");
    const session = await gate.admit(verified);
    return become(session, ok("Logged in", `CAPABILITY ${capabilityText(session)}`));
  },
});

/** Answers null when the client cancels. */
async function carry(exchange: Exchange, dialogue: Dialogue): Promise<Verified | null> {
  let step = await exchange.next();
  while (step.done !== true) {
    writeChallenge(dialogue.out, encodeChallenge(step.value));
    const line = asciiText(await dialogue.readLine(saslLineBytesMax));
    if (line === "*") return null;
    step = await exchange.next(decodeResponse(line));
  }
  return step.value;
}

function asciiText(line: Uint8Array): string {
  let text = "";
  for (const byte of line) text += String.fromCharCode(byte);
  return text;
}
