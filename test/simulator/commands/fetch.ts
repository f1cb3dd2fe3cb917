// FETCH and UID FETCH (RFC 9051 6.4.5) with CHANGEDSINCE and VANISHED (RFC 7162 3.1.4, 3.2.6).

import type { FlagsStored } from "../../../src/store/work/store-flags.ts";
import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import { changedFlags, hasFlag } from "../flag-words.ts";
import type { Fetched, ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { numbersOf } from "../imap-response.ts";
import { flagsFor, type Message, versionOf } from "../model.ts";
import { type Named, namedInPicture, nameMessages, withinLimit } from "./messages.ts";

const plainItems = ["(FLAGS)", "(UID FLAGS)", "(UID FLAGS)", "(UID FLAGS RFC822.SIZE INTERNALDATE)"] as const;
const bodyItems = ["(UID BODY.PEEK[])", "(UID BODY[])", "(FLAGS RFC822.SIZE BODY[])"] as const;

export function fetchCommand(session: ImapConnection, chance: Chance): ImapCommand | null {
  const { picture, dialect } = session;
  if (picture === null) return null;
  const { knowsModSeq } = dialect;
  const body = chance.happens(0.25);
  const since =
    knowsModSeq && !body && chance.happens(0.4) ? chance.between(1, Math.max(1, session.highestModSeq)) : null;
  const named = nameMessages(session, chance, { numbers: "any" });
  if (named === null) return null;
  const items = body
    ? chance.pick(bodyItems)
    : since !== null || (knowsModSeq && chance.happens(0.3))
      ? "(UID FLAGS MODSEQ)"
      : chance.pick(plainItems);
  const vanished = since !== null && dialect.resumes && named.numbering === "uid" && chance.happens(0.7);
  const modifier = since === null ? "" : ` (CHANGEDSINCE ${since}${vanished ? " VANISHED" : ""})`;
  if (modifier !== "" || items.includes("MODSEQ")) session.tellsModSeq = true;
  return fetchOf(session, {
    named,
    items,
    since,
    vanished,
    words: `${named.verb("FETCH")} ${named.set} ${items}${modifier}`,
  });
}

interface FetchShape {
  readonly named: Named;
  readonly items: string;
  readonly since: number | null;
  readonly vanished: boolean;
  readonly words: string;
}

/** All flags, as a client asks that has just selected a mailbox. */
export function fetchAllFlags(session: ImapConnection): ImapCommand | null {
  const { picture, dialect } = session;
  if (picture === null || picture.exists === 0) return null;
  const byUid = session.namesByUid;
  const all = namedInPicture(picture, byUid ? "uid" : "seq", byUid ? "1:*" : `1:${picture.exists}`);
  const named = withinLimit(session, all);
  const items = dialect.resumes ? "(UID FLAGS MODSEQ)" : "(UID FLAGS)";
  const words = `${named.verb("FETCH")} ${named.set} ${items}`;
  return fetchOf(session, { named, items, since: null, vanished: false, words });
}

function fetchOf(session: ImapConnection, { named, items, since, vanished, words }: FetchShape): ImapCommand {
  const { picture, account, mode, person } = session;
  const told = new Set<Message>();
  const wanted = [...items.matchAll(/UID|FLAGS|RFC822\.SIZE|INTERNALDATE|MODSEQ|BODY(?:\.PEEK)?\[\]/g)].map(([item]) =>
    item.replace(".PEEK", ""),
  );
  const earlier: number[] = [];
  const marksSeen = items.includes("BODY[]") && mode === "read-write";
  const mailbox = picture?.mailbox;
  return {
    words: [words],
    numbering: named.numbering,
    expunges: named.numbering === "seq" ? "kept" : "told",
    writes: marksSeen ? "maybe" : "none",
    company: "any",
    commit: ({ number, modSeq, value }) => {
      // What the session saw as unseen becomes \Seen; the store looks again.
      for (const uid of (value as FlagsStored).changed) {
        const message = mailbox?.message(uid);
        judge(
          message !== undefined && message.goneAt > number && !hasFlag(flagsFor(message.latest, person), "\\Seen"),
          () => `UID ${uid} becomes \\Seen, which it cannot`,
        );
        judge(named.mayBe(message), () => `UID ${uid} becomes \\Seen, and was not asked for`);
        const flags = changedFlags(flagsFor(message.latest, person), "+", "\\Seen");
        message.versions.push(versionOf(message.latest, flags, person, { commit: number, modSeq }));
      }
    },
    told: ({ text }) => {
      const set = /^\* VANISHED \(EARLIER\) (.*)$/.exec(text)?.[1];
      if (set !== undefined) earlier.push(...numbersOf(set));
    },
    fetched: (fetched) => {
      if (!wanted.every((item) => fetched.items.includes(item))) return;
      judgeBody(fetched);
      if (fetched.message !== undefined) told.add(fetched.message);
    },
    answered: ({ status, code, text }, given) => {
      const gone = (message: Message): boolean => message.goneAt <= account.commit;
      if (status === "NO" && code === "EXPUNGEISSUED" && named.numbering === "seq") {
        judge(named.unknown > 0 || named.known.some(gone), () => `${text}, and none of them is gone`);
        return;
      }
      judge(status === "OK", () => `${words} is answered ${status} [${code}] ${text}`);
      const from = mailbox === undefined ? 0 : given.floors(mailbox);
      for (const message of named.known) {
        if (gone(message) || told.has(message)) continue;
        judge(
          since !== null && message.versionsFrom(from).some(({ modSeq }) => modSeq <= since),
          () => `UID ${message.uid} was asked for by ${words}, and was not told`,
        );
      }
      // With a mailbox goes its log.
      if (vanished && mailbox?.nameAt(account.commit) !== null) judgeVanished(from);
    },
  };

  function judgeVanished(from: number): void {
    for (const message of mailbox?.messages ?? []) {
      const { uid, goneAt, goneModSeq } = message;
      if (earlier.includes(uid))
        judge(goneAt <= account.commit, () => `VANISHED (EARLIER) names UID ${uid}, which is there`);
      else
        judge(
          !named.isSurely(uid) || goneAt > from || goneModSeq <= (since ?? 0),
          () => `VANISHED (EARLIER) lacks UID ${uid}`,
        );
    }
  }
}

/** The octets are those of the message. */
export function judgeBody({ message, items, literals }: Fetched): void {
  if (message === undefined || !items.includes("BODY[]")) return;
  const { content, uid } = message;
  const [octets = ""] = literals;
  const same =
    content.whole === "whole"
      ? octets === content.octets
      : octets.endsWith(content.octets) && octets.length === content.size;
  judge(same, () => `UID ${uid} is told with the octets of another message`);
}
