// THREAD and UID THREAD (RFC 5256 3): ORDEREDSUBJECT, REFERENCES, and REFS (draft-ietf-morg-inthread).

import { type ThreadAlgorithm, type ThreadNode, threadMatches } from "../../mailbox/thread.ts";
import type { Uid } from "../../model/ids.ts";
import { command, type Dialogue } from "../command.ts";
import { bad, type Completion, ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { refuseTooMany } from "../message-limit.ts";
import { percentsOf } from "../percents.ts";
import { searchCriterion } from "../search-criteria.ts";
import { findAll } from "../search-outcome.ts";
import type { Selected } from "../session.ts";
import { namesModSeq } from "../wire/search-key.ts";
import { readThread, type ThreadAlgorithmName, type ThreadArgs } from "../wire/sort-args.ts";
import { type ThreadItem, writeThread } from "../wire/thread-response.ts";

export const thread = command({
  name: "THREAD",
  states: ["selected"],
  numbering: ["seq", "uid"],
  // RFC 5256 3: as with SEARCH, no EXPUNGE while a THREAD by number is answered.
  expunges: "keep-while-numbered",
  parse: readThread,
  run: (session, args, dialogue) => threadMailbox(session, args, dialogue),
});

async function threadMailbox(session: Selected, args: ThreadArgs, dialogue: Dialogue): Promise<Completion> {
  const { mailbox } = session;
  const { out, numbering } = dialogue;
  if (session.features.withheld.isOff(`THREAD=${args.algorithm}`)) return bad("Unknown threading algorithm");
  if (namesModSeq(args.key)) enableCondstore(session, out);
  const criterion = searchCriterion(session, args.key, dialogue.nowMs());
  const matches = await findAll(session, criterion, percentsOf(dialogue, 0, 50));
  refuseTooMany(session, matches);
  const { comparator } = session.features.comparator;
  const work = { ...percentsOf(dialogue, 50, 95), comparator };
  const threads = await threadMatches(mailbox, matches, algorithms[args.algorithm], work);
  const numberOf = (uid: Uid): number => (numbering === "uid" ? uid : mailbox.seqOf(uid));
  writeThread(
    out,
    threads.map((node) => new NumberedThread(node, numberOf)),
  );
  return ok("THREAD completed");
}

const algorithms = {
  ORDEREDSUBJECT: "orderedSubject",
  REFERENCES: "references",
  REFS: "refs",
} as const satisfies Record<ThreadAlgorithmName, ThreadAlgorithm>;

/** A thread as it is numbered for the client, made as it is written. */
class NumberedThread implements ThreadItem {
  readonly #node: ThreadNode;
  readonly #numberOf: (uid: Uid) => number;

  constructor(node: ThreadNode, numberOf: (uid: Uid) => number) {
    this.#node = node;
    this.#numberOf = numberOf;
  }

  get number(): number | null {
    const { message } = this.#node;
    return message === null ? null : this.#numberOf(message.uid);
  }

  get children(): readonly ThreadItem[] {
    return this.#node.children.map((child) => new NumberedThread(child, this.#numberOf));
  }
}
