// CANCELUPDATE (RFC 5267 4.3.5): no more is told of the searches with these tags.

import { command } from "../command.ts";
import { bad, ok } from "../completion.ts";
import type { ArgumentReader } from "../wire/argument-reader.ts";

export const cancelUpdate = command({
  name: "CANCELUPDATE",
  states: ["selected"],
  numbering: ["seq"],
  parse: readTags,
  run: async ({ contexts }, tags) => {
    if (!tags.every((tag) => contexts.has(tag))) return bad("No search with that tag is followed");
    for (const tag of tags) contexts.cancel(tag);
    return ok("CANCELUPDATE completed");
  },
});

/** `quoted *(SP quoted)`. */
function readTags(args: ArgumentReader): string[] {
  const tags = [args.quoted()];
  while (!args.atEnd) {
    args.space();
    tags.push(args.quoted());
  }
  return tags;
}
