// The facts of one message after another, in one object: long loops over a view make nothing for a message.

import type { MessageFacts, ViewColumns } from "../mailbox/open-mailbox.ts";
import { noFlags } from "../model/flags.ts";

export class ViewCursor implements MessageFacts {
  uid: MessageFacts["uid"] = brand(0);
  flags = noFlags;
  modSeq: MessageFacts["modSeq"] = brand(0);
  size = 0;
  content: MessageFacts["content"] = brand(0);
  internalDateMs = 0;

  moveTo(columns: ViewColumns, index: number): void {
    this.uid = brand(columns.uids[index]);
    this.flags = columns.flagSets[columns.flagIds[index] ?? 0] ?? noFlags;
    this.modSeq = brand(columns.modSeqs[index]);
    this.size = columns.sizes[index] ?? 0;
    this.content = brand(columns.contents[index]);
    this.internalDateMs = columns.internalDatesMs[index] ?? 0;
  }
}

function brand<Id extends number>(value: number | undefined): Id {
  // oxlint-disable-next-line no-unsafe-type-assertion -- the columns were filled from rows, whose ids are valid
  return (value ?? 0) as Id;
}
