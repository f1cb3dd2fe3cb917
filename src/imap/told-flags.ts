// The keywords that a client was told of: FLAGS is sent again when others come into use (RFC 9051 7.3.5).

import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import { flagMask } from "../mailbox/sharing/flag-rights.ts";
import { noFlags } from "../model/flags.ts";
import { masked } from "../model/readers.ts";
import type { Rights } from "../model/rights.ts";
import { permanentFlags } from "./wire/response-code.ts";
import { applicableFlags, writeApplicableFlags, writeStatusText } from "./wire/status-response.ts";
import type { Writer } from "./wire/writer.ts";

export class ToldFlags {
  #combinations = 0;
  #keywords: string | null = null;
  #rights: Rights | null = null;

  /** Writes which flags are in use and which may be set, if that would tell something new. */
  tell(mailbox: OpenMailbox, to: Writer): void {
    // A keyword comes into use with a combination of flags that was not there before.
    const combinations = mailbox.columns.flagSets.length;
    const { rights } = mailbox;
    if (this.#keywords !== null && combinations === this.#combinations && rights === this.#rights) return;
    const keywords = mailbox.keywords();
    const joined = keywords.join(" ");
    this.#combinations = combinations;
    if (joined === this.#keywords && rights === this.#rights) return;
    this.#keywords = joined;
    this.#rights = rights;
    writeApplicableFlags(to, keywords);
    // RFC 4314 5.1.1: the server "MUST accurately reflect the current user's rights in FLAGS and PERMANENTFLAGS responses".
    const mask = flagMask(rights);
    const code =
      mailbox.readOnly || mask.keywords === "may-not-change"
        ? permanentFlags(mailbox.readOnly ? noFlags : masked(noFlags, applicableFlags([]), mask), "not-possible")
        : permanentFlags(masked(noFlags, applicableFlags(keywords), mask), "possible");
    writeStatusText(to, null, { status: "OK", code, text: mailbox.readOnly ? "No changes here" : "Flags permitted" });
  }
}
