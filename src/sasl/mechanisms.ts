// Which mechanisms a connection offers: the source of "AUTH=" capabilities, of SMTP's AUTH and of POP3's SASL line.

import type { ChannelBindings } from "../model/channel-binding.ts";
import { login } from "./login.ts";
import type { Mechanism } from "./mechanism.ts";
import { plain } from "./plain.ts";
import { scramSha256 } from "./scram-sha-256.ts";
import { scramSha256Plus } from "./scram-sha-256-plus.ts";

/** Whether credentials may cross the connection in the clear (RFC 8314 3); only trial mode on loopback says "allowed". */
export type PlaintextCredentials = "refused" | "allowed";

const overTls: readonly Mechanism[] = [scramSha256Plus, scramSha256, plain, login];
const inTheClear: readonly Mechanism[] = [scramSha256, plain, login];

/** Strongest first: RFC 5802 6 has clients prefer a -PLUS that they see. `channelBindings` is undefined without TLS. */
export function offeredMechanisms(
  channelBindings: ChannelBindings | undefined,
  plaintext: PlaintextCredentials,
): readonly Mechanism[] {
  if (channelBindings !== undefined) return overTls;
  return plaintext === "allowed" ? inTheClear : [];
}

/** The offered mechanism of that name in any letter case (RFC 4422 3.1 has only upper case; some clients send lower). */
export function mechanismNamed(offered: readonly Mechanism[], name: string): Mechanism | undefined {
  const wanted = name.toUpperCase();
  return offered.find((mechanism) => mechanism.name === wanted);
}
