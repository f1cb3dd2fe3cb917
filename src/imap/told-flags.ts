// The keywords that a client was told of: FLAGS is sent again when others come into use (RFC 9051 7.3.5).

import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import { noFlags } from "../model/flags.ts";
import { permanentFlags } from "./wire/response-code.ts";
import { applicableFlags, writeApplicableFlags, writeStatusText } from "./wire/status-response.ts";
import type { Writer } from "./wire/writer.ts";

export class ToldFlags {
  #combinations = 0;
  #keywords: string | null = null;

  /** Writes which flags are in use and which may be set, if that would tell something new. */
  tell(mailbox: OpenMailbox, to: Writer): void {
    // A keyword comes into use with a combination of flags that was not there before.
    const combinations = mailbox.columns.flagSets.length;
    if (this.#keywords !== null && combinations === this.#combinations) return;
    const keywords = mailbox.keywords();
    const joined = keywords.join(" ");
    this.#combinations = combinations;
    if (joined === this.#keywords) return;
    this.#keywords = joined;
    writeApplicableFlags(to, keywords);
    const code = mailbox.readOnly
      ? permanentFlags(noFlags, "not-possible")
      : permanentFlags(applicableFlags(keywords), "possible");
    writeStatusText(to, null, { status: "OK", code, text: mailbox.readOnly ? "No changes here" : "Flags permitted" });
  }
}
