// Servers that are broken on purpose, each in one way that the simulator must find: what the mail service tells its
// adapters is changed on the way.

import type { News, OpenMailbox } from "../../src/mailbox/open-mailbox.ts";
import { asModSeq, asUid, type ModSeq } from "../../src/model/ids.ts";
import { type UidSet, uidSet } from "../../src/model/uid-set.ts";
import { overlaid } from "./overlay.ts";
import type { Mutation } from "./servers.ts";

/** What a mutant has in place of a mailbox's own. */
type Overrides = Partial<OpenMailbox>;

function mailboxMutant(break_: (mailbox: OpenMailbox) => Overrides): Mutation {
  return (mailbox) => overlaid(mailbox, break_(mailbox));
}

function newsMutant(break_: (news: News, mailbox: OpenMailbox) => News): Mutation {
  return mailboxMutant((mailbox) => ({ takeNews: (expunges) => break_(mailbox.takeNews(expunges), mailbox) }));
}

const withoutFirst = <T>(list: readonly T[]): readonly T[] => list.slice(1);
const withoutLast = (set: UidSet): UidSet =>
  uidSet(
    set.ranges.flatMap(([from, to], at) =>
      at < set.ranges.length - 1 ? [[from, to]] : from < to ? [[from, to - 1]] : [],
    ),
  );

export const mutants: Readonly<Record<string, Mutation>> = {
  "expunges are told during FETCH, STORE and SEARCH": mailboxMutant((mailbox) => ({
    takeNews: () => mailbox.takeNews("tell"),
  })),
  "a flag notice is lost": newsMutant((news) => ({ ...news, flagged: withoutFirst(news.flagged) })),
  "an expunge is never told": newsMutant((news) => ({ ...news, expunged: withoutFirst(news.expunged) })),
  "a number is off by one after an expunge": newsMutant((news) => ({
    ...news,
    expunged: news.expunged.map((gone) => ({ ...gone, seq: Math.max(1, gone.seq - 1) })),
  })),
  "flags are told with the number from before the expunges": newsMutant((news) => ({
    ...news,
    flagged: news.flagged.map((told) => ({ ...told, seq: told.seq + news.expunged.length })),
  })),
  "EXISTS counts one too few": newsMutant((news) => ({
    ...news,
    exists: news.exists === null ? null : news.exists - 1,
  })),
  "new messages are not told": newsMutant((news) => ({ ...news, exists: null })),
  "HIGHESTMODSEQ is told too high": mailboxMutant((mailbox) => ({
    get highestModSeq(): ModSeq {
      return asModSeq(mailbox.highestModSeq + 1);
    },
  })),
  "VANISHED (EARLIER) lacks a UID": mailboxMutant((mailbox) => ({
    vanishedSince: async (since, among) => withoutLast(await mailbox.vanishedSince(since, among)),
  })),
  "a client that comes back is not told of the newest change": mailboxMutant((mailbox) => ({
    changedSince: (since) => mailbox.changedSince(since).slice(0, -1),
  })),
  "UNCHANGEDSINCE is passed over": mailboxMutant((mailbox) => ({
    storeFlags: (uids, change, flags) => mailbox.storeFlags(uids, change, flags),
  })),
  "FLAGS adds instead of replacing": mailboxMutant((mailbox) => ({
    storeFlags: (uids, change, flags, since) =>
      mailbox.storeFlags(uids, change === "replace" ? "add" : change, flags, since),
  })),
  "a STORE by number changes the next message": mailboxMutant((mailbox) => ({
    uidAt: (seq) => mailbox.uidAt(Math.min(seq + 1, mailbox.exists)),
  })),
  "UID EXPUNGE removes what it does not name": mailboxMutant((mailbox) => ({ expunge: () => mailbox.expunge() })),
  "EXPUNGE removes nothing": mailboxMutant((mailbox) => ({
    expunge: () => mailbox.expunge(uidSet([[0xffff_ffff, 0xffff_ffff]])),
  })),
  "COPYUID pairs UIDs wrongly": mailboxMutant((mailbox) => ({
    copy: async (uids, to) => {
      const copied = await mailbox.copy(uids, to);
      return { ...copied, to: copied.to.map((uid) => asUid(uid + 1)) };
    },
  })),
  "MOVE leaves a message behind": mailboxMutant((mailbox) => ({
    move: (uids, to) => mailbox.move(uids.slice(0, -1), to),
  })),
  "every message is \\Recent": mailboxMutant(() => ({ isRecent: () => true })),
  "a silent STORE hides what others did": mailboxMutant(() => ({ wasTold: () => true })),
  "what somebody else has seen is forgotten": mailboxMutant((mailbox) => ({
    storeFlags: (uids, change, { bits, keywords }, since) =>
      mailbox.storeFlags(uids, change, { bits: mailbox.owner === null ? bits : bits & ~1, keywords }, since),
  })),
  "POP3 removes messages that are not marked": mailboxMutant((mailbox) => ({
    remove: () => mailbox.remove(mailbox.uidsWithin(uidSet([[1, 0xffff_ffff]]))),
  })),
};
