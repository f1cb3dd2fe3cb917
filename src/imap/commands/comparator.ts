// COMPARATOR (RFC 5255 4.7): by what SEARCH, SORT and THREAD compare text from then on. What is followed already (RFC 5267) is
// compared as it was.

import { afterLogin, command } from "../command.ts";
import { chooseComparator } from "../comparators.ts";
import { no, ok } from "../completion.ts";
import type { ArgumentReader } from "../wire/argument-reader.ts";
import { writeComparator } from "../wire/status-response.ts";

export const comparator = command({
  name: "COMPARATOR",
  states: afterLogin,
  numbering: ["seq"],
  parse: readComparators,
  async run({ features }, wanted, { out }) {
    if (wanted.length === 0) {
      writeComparator(out, features.comparator.told, []);
      return ok("COMPARATOR completed");
    }
    const choice = chooseComparator(wanted);
    // RFC 5255 4.9.
    if (choice === null) return no("No such comparator", "BADCOMPARATOR");
    features.comparator = choice.active;
    writeComparator(out, choice.active.told, choice.matching);
    return ok("COMPARATOR completed");
  },
});

/** `*(SP astring)`. */
function readComparators(args: ArgumentReader): string[] {
  const wanted: string[] = [];
  while (!args.atEnd) {
    if (wanted.length > 0) args.space();
    wanted.push(args.astring());
  }
  return wanted;
}
