// How SASL data crosses a line protocol: base64 (RFC 4648 4), read strictly (RFC 4954 4, RFC 9051 6.2.2, RFC 5034 4).

import { saslLineBytesMax } from "../base/limits.ts";
import { refuse } from "../model/problem.ts";

const canonicalAlphabet = /^[A-Za-z0-9+/]*={0,2}$/;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A response line without its CRLF. An empty line is an empty response. Refuses with sasl-response-invalid. */
export function decodeResponse(line: string): Uint8Array {
  // The built-in decoder skips white space; RFC 4648 3.3 has us refuse what is outside the alphabet.
  if (line.length > saslLineBytesMax || !canonicalAlphabet.test(line)) throw refuse({ kind: "sasl-response-invalid" });
  try {
    return Uint8Array.fromBase64(line, { lastChunkHandling: "strict" });
  } catch (cause) {
    throw refuse({ kind: "sasl-response-invalid" }, cause);
  }
}

/** The argument after a mechanism's name: RFC 4954 4 and RFC 4959 3 spell the empty response "=". */
export function decodeInitialResponse(argument: string): Uint8Array {
  return argument === "=" ? new Uint8Array() : decodeResponse(argument);
}

/** A challenge, ready to stand after "334 " or "+ ". */
export function encodeChallenge(challenge: Uint8Array): string {
  return challenge.toBase64();
}

/** The text of a response; refuses what is not UTF-8. */
export function responseText(response: Uint8Array): string {
  try {
    return strictUtf8.decode(response);
  } catch (cause) {
    throw refuse({ kind: "sasl-response-invalid" }, cause);
  }
}
