// A command that shows that the client knows CONDSTORE enables it (RFC 7162 3.1).

import type { Authenticated, Selected } from "./session.ts";
import { highestModSeq } from "./wire/response-code.ts";
import { writeStatusText } from "./wire/status-response.ts";
import type { Writer } from "./wire/writer.ts";

/** The first time with a mailbox selected, HIGHESTMODSEQ is told: from there on the client can count. */
export function enableCondstore(session: Authenticated | Selected, to: Writer): void {
  const { features } = session;
  if (features.has("CONDSTORE")) return;
  features.enable("CONDSTORE");
  if (session.state !== "selected") return;
  const code = highestModSeq(session.mailbox.highestModSeq);
  writeStatusText(to, null, { status: "OK", code, text: "The highest mod-sequence" });
}
