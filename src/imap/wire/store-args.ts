// STORE (RFC 9051 6.4.6) with UNCHANGEDSINCE (RFC 7162 3.1.3): `sequence-set [SP store-modifiers] SP store-att-flags`.

import type { FlagChange, FlagSet } from "../../model/flags.ts";
import { asModSeq, type ModSeq } from "../../model/ids.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readStoreFlags } from "./flag-list.ts";
import { octet } from "./octets.ts";
import { readSequenceSet, type SequenceSet } from "./sequence-set.ts";
import { SyntaxFault } from "./syntax-fault.ts";

export interface StoreArgs {
  readonly messages: SequenceSet;
  readonly change: FlagChange;
  readonly flags: FlagSet;
  /** .SILENT: the client does not want to be told the new flags. */
  readonly answer: "flags" | "silent";
  readonly unchangedSince: ModSeq | null;
}

const forms = new Map<string, Pick<StoreArgs, "change" | "answer">>([
  ["FLAGS", { change: "replace", answer: "flags" }],
  ["FLAGS.SILENT", { change: "replace", answer: "silent" }],
  ["+FLAGS", { change: "add", answer: "flags" }],
  ["+FLAGS.SILENT", { change: "add", answer: "silent" }],
  ["-FLAGS", { change: "remove", answer: "flags" }],
  ["-FLAGS.SILENT", { change: "remove", answer: "silent" }],
]);

export function readStore(args: ArgumentReader): StoreArgs {
  const messages = readSequenceSet(args);
  args.space();
  let unchangedSince: ModSeq | null = null;
  if (args.peek() === octet.open) {
    args.list(() => {
      if (unchangedSince !== null || !args.takeWord("UNCHANGEDSINCE")) throw new SyntaxFault("Unknown STORE modifier");
      args.space();
      unchangedSince = asModSeq(args.number64());
    });
    args.space();
  }
  const form = forms.get(args.word());
  if (form === undefined) throw new SyntaxFault("Unknown STORE item");
  args.space();
  const flags = readStoreFlags(args);
  args.end();
  return { messages, ...form, flags, unchangedSince };
}
