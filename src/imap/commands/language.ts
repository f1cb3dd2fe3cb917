// LANGUAGE (RFC 5255 3.2): in which languages the server can speak, or in which one it is to speak from now on.

import { anyState, command } from "../command.ts";
import { type Completion, no, ok } from "../completion.ts";
import { chooseLanguage, spokenLanguages } from "../language/speech.ts";
import { tellNamespaces } from "../namespaces.ts";
import type { ArgumentReader } from "../wire/argument-reader.ts";
import { writeLanguages } from "../wire/status-response.ts";

export const language = command({
  name: "LANGUAGE",
  states: anyState,
  numbering: ["seq"],
  parse: readRanges,
  async run({ state, features }, ranges, { out }): Promise<Completion> {
    if (ranges.length === 0) {
      writeLanguages(out, spokenLanguages);
      return ok("LANGUAGE completed");
    }
    const chosen = chooseLanguage(ranges);
    // "If the command fails, the server continues to return human-readable responses in the language it was previously using."
    if (chosen === undefined) return no("The server does not speak that language");
    writeLanguages(out, [chosen]);
    // "the change takes effect immediately after the LANGUAGE response".
    features.language = chosen;
    out.language = chosen;
    // RFC 5255 3.4: prefixes are translated where there is somebody to see mailboxes.
    if (state !== "not-authenticated") tellNamespaces(out);
    return ok("LANGUAGE completed");
  },
});

/** `*(SP astring)`. */
function readRanges(args: ArgumentReader): string[] {
  const ranges: string[] = [];
  while (!args.atEnd) {
    if (ranges.length > 0) args.space();
    ranges.push(args.astring());
  }
  return ranges;
}
