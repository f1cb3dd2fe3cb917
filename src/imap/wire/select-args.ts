// SELECT and EXAMINE (RFC 9051 6.3.2) with CONDSTORE and QRESYNC (RFC 7162 3.1.8, 3.2.5).
//
// Liberty: a mod-sequence of 0 is taken in QRESYNC, though mod-sequence-value begins at 1: everything has changed since.

import { asModSeq, asUidValidity, type ModSeq, type UidValidity } from "../../model/ids.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { type UidSet, uidSetSize } from "../../model/uid-set.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readMailbox } from "./mailbox-argument.ts";
import { octet } from "./octets.ts";
import { readNumberSet } from "./sequence-set.ts";
import { SyntaxFault } from "./syntax-fault.ts";

export interface SelectArgs {
  readonly mailbox: MailboxName;
  /** Whether CONDSTORE was named; QRESYNC implies it. */
  readonly condstore: boolean;
  readonly qresync: QresyncArgs | null;
}

/** What the client has kept of the mailbox. */
export interface QresyncArgs {
  readonly uidValidity: UidValidity;
  readonly modSeq: ModSeq;
  /** UIDs it has; null for all up to what `modSeq` implies. */
  readonly knownUids: UidSet | null;
  /** Some sequence numbers and the UIDs they had, as many of one as of the other. */
  readonly match: { readonly seqNums: UidSet; readonly uids: UidSet } | null;
}

export function readSelect(args: ArgumentReader): SelectArgs {
  const mailbox = readMailbox(args);
  let condstore = false;
  let qresync: QresyncArgs | null = null;
  if (!args.atEnd) args.space();
  if (args.peek() === octet.open) {
    args.list(() => {
      const parameter = args.word();
      if (parameter === "CONDSTORE") condstore = true;
      else if (parameter === "QRESYNC" && qresync === null) qresync = readQresync(args);
      else throw new SyntaxFault("Unknown SELECT parameter");
    });
  }
  args.end();
  return { mailbox, condstore: condstore || qresync !== null, qresync };
}

/** `SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"`. */
function readQresync(args: ArgumentReader): QresyncArgs {
  args.space();
  args.open();
  const uidValidity = asUidValidity(args.nzNumber());
  args.space();
  const modSeq = asModSeq(args.number64());
  let knownUids: UidSet | null = null;
  let match: QresyncArgs["match"] = null;
  let hasMore = args.take(octet.space);
  if (hasMore && args.peek() !== octet.open) {
    knownUids = readNumberSet(args);
    hasMore = args.take(octet.space);
  }
  if (hasMore) {
    args.open();
    const seqNums = readNumberSet(args);
    args.space();
    const uids = readNumberSet(args);
    args.close();
    if (uidSetSize(seqNums) !== uidSetSize(uids))
      throw new SyntaxFault("As many UIDs as sequence numbers must be given");
    match = { seqNums, uids };
  }
  args.close();
  return { uidValidity, modSeq, knownUids, match };
}
