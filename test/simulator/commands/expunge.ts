// EXPUNGE, UID EXPUNGE and CLOSE (RFC 9051 6.4.1, 6.4.3, 6.4.9): what is \Deleted goes.

import type { Expunged } from "../../../src/store/work/expunge.ts";
import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import { hasFlag } from "../flag-words.ts";
import type { Commit, ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { numbersOf, setOf } from "../imap-response.ts";
import type { Mailbox } from "../model.ts";

export function expungeCommand(session: ImapConnection, chance: Chance): ImapCommand | null {
  const { picture, mode, dialect } = session;
  if (picture === null || mode === "read-only") return null;
  const from = chance.between(1, picture.largestUid + 1);
  const among = chance.happens(0.4) ? `${from}:${from + chance.below(picture.largestUid + 1)}` : null;
  const limit = session.account.messagesPerCommandMax;
  let gone = 0;
  return {
    words: [among === null ? "EXPUNGE" : `UID EXPUNGE ${among}`],
    numbering: among === null ? "none" : "uid",
    expunges: "told",
    writes: "one",
    company: "any",
    commit: (commit) => {
      gone = removeDeleted(picture.mailbox, commit, among === null ? null : { among: numbersOf(among), limit });
    },
    answered: ({ status, code, text }) => {
      judge(status === "OK", () => `EXPUNGE is answered ${status} ${text}`);
      // RFC 7162 3.2.7.
      if (dialect.resumes && gone > 0)
        judge(/^(?:HIGHESTMODSEQ|MESSAGELIMIT)/.test(code), () => "EXPUNGE tells no HIGHESTMODSEQ");
    },
  };
}

export function closeCommand(session: ImapConnection): ImapCommand | null {
  const { picture, mode } = session;
  if (picture === null) return null;
  return {
    words: ["CLOSE"],
    numbering: "none",
    // RFC 9051 6.4.1: "No untagged EXPUNGE responses are sent".
    expunges: "kept",
    writes: mode === "read-write" ? "one" : "none",
    company: "alone",
    commit: (commit) => void removeDeleted(picture.mailbox, commit, null),
    answered: ({ status, text }) => {
      judge(status === "OK", () => `CLOSE is answered ${status} ${text}`);
      session.picture = null;
    },
  };
}

interface UidExpunge {
  readonly among: readonly number[];
  /** RFC 9738 3.1: on how many messages it works at most. */
  readonly limit: number;
}

function removeDeleted(mailbox: Mailbox, { number, modSeq, value }: Commit, some: UidExpunge | null): number {
  const { uids } = value as Expunged;
  const there = mailbox.at(number - 1);
  const due = there.filter(
    ({ uid, latest }) => hasFlag(latest.flags, "\\Deleted") && (some === null || some.among.includes(uid)),
  );
  const gone = there.filter(({ uid }) => uids.some((one) => one === uid));
  const wanted = setOf(due.map(({ uid }) => uid));
  const isLimited = some !== null && there.length > some.limit;
  judge(
    isLimited ? gone.every((message) => due.includes(message)) : setOf(uids) === wanted,
    () => `UIDs ${setOf(uids)} are expunged; \\Deleted are ${wanted}`,
  );
  for (const message of gone) {
    message.goneAt = number;
    message.goneModSeq = modSeq;
  }
  return gone.length;
}
