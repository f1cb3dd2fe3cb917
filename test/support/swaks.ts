// swaks with TLS, which it has only where Perl's Net::SSLeay is (Debian: libnet-ssleay-perl).

import { programMissing, runProgram } from "./client-program.ts";

/** Why it cannot be used, for `t.skip`; undefined when it can. */
export async function swaksMissing(): Promise<string | undefined> {
  const missing = programMissing("swaks");
  if (missing !== undefined) return missing;
  const { out } = await runProgram("swaks", ["--support"]);
  return out.includes("TLS supported") ? undefined : "swaks has no TLS without Net::SSLeay";
}
