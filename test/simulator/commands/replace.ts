// REPLACE and UID REPLACE (RFC 8508): one message goes and another comes, in the same commit.

import type { Replaced } from "../../../src/store/work/replace.ts";
import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import type { ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { setOf } from "../imap-response.ts";
import { newLetter } from "../letters.ts";
import { firstVersion } from "../model.ts";
import { contentOf, FilingAnswer } from "./file.ts";
import { pickName } from "./mailboxes.ts";

export function replaceCommand(session: ImapConnection, chance: Chance): ImapCommand | null {
  const { picture, account, mode } = session;
  if (picture === null || mode === "read-only") return null;
  const known = picture.uids.flatMap((uid, at) => (uid === null ? [] : [{ uid, seq: at + 1 }]));
  if (known.length === 0) return null;
  const { uid, seq } = chance.pick(known);
  const byUid = session.namesByUid || chance.happens(0.5);
  const from = picture.mailbox;
  const message = from.message(uid);
  if (message === undefined) return null;
  const name = pickName(session, chance);
  const letter = newLetter(chance);
  const words = byUid ? `UID REPLACE ${uid} ${session.spell(name)}` : `REPLACE ${seq} ${session.spell(name)}`;
  const tell = new FilingAnswer(words, account, name);
  return {
    words: [`${words} () "${letter.date}" `, Buffer.from(letter.octets, "latin1")],
    numbering: byUid ? "uid" : "seq",
    expunges: "told",
    writes: "maybe",
    company: "any",
    commit: (commit) => {
      const { number, modSeq } = commit;
      const there = message.isThere(number - 1);
      judge((commit.refused === "message-missing") === !there, () => `${words}: ${commit.refused ?? "done"}`);
      // The one goes first, so that the other may take its room.
      if (!there || tell.refusedFor(commit, { least: 0, most: 0 })) return;
      const { uids, uidValidity } = commit.value as Replaced;
      const to = tell.destination(uidValidity);
      judge(uids[0] === to.uidNext, () => `${words} gives UID ${setOf(uids)}; the next is ${to.uidNext}`);
      message.goneAt = number;
      // Each half has a number of its own.
      message.goneModSeq = modSeq - 1;
      to.add(contentOf(letter), firstVersion("", session.person, { commit: number, modSeq }));
      tell.code = `APPENDUID ${uidValidity} ${setOf(uids)}`;
    },
    told: ({ text }) => {
      const code = /^\* OK \[(APPENDUID [^\]]*)\]/.exec(text)?.[1];
      if (code !== undefined) tell.hear(code);
    },
    answered: (answer, given) => {
      const { status, code, text } = answer;
      const isGone = message.goneAt <= account.commit;
      if (status === "NO" && (code === "EXPUNGEISSUED" || (byUid && code === ""))) {
        judge(isGone && given.commit !== message.goneAt, () => `${words} is answered ${text}`);
        return;
      }
      tell.judge(answer, given);
    },
  };
}
