// SELECT and EXAMINE (RFC 9051 6.3.2, 6.3.3) with CONDSTORE and QRESYNC (RFC 7162 3.1.8, 3.2.5): a client that comes back is
// told what vanished and what changed, and has the mailbox as it is from then on.

import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import type { Fetched, ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { numbersOf, setOf } from "../imap-response.ts";
import type { Keepsake } from "../keepsake.ts";
import type { Mailbox } from "../model.ts";
import type { Picture } from "../picture.ts";
import { mayHaveBeen, pickName } from "./mailboxes.ts";

export function selectCommand(session: ImapConnection, chance: Chance, kept: readonly Keepsake[]): ImapCommand {
  const { account, dialect } = session;
  const name = pickName(session, chance);
  const keepsakes = kept.filter(
    ({ mailbox, person }) => person === session.person && mailbox === account.named(name, account.commit),
  );
  const keepsake = dialect.resumes && keepsakes.length > 0 && chance.happens(0.8) ? chance.pick(keepsakes) : null;
  return selectOf(session, name, {
    keepsake,
    mode: chance.happens(0.15) ? "read-only" : "read-write",
    // RFC 9586 3.1: numbers with their UIDs are numbers.
    wording: chance.below(dialect.numbers === "uid-only" ? 3 : 4),
  });
}

interface SelectWish {
  readonly keepsake: Keepsake | null;
  readonly mode: "read-write" | "read-only";
  readonly wording: number;
}

export function selectOf(session: ImapConnection, name: string, { keepsake, mode, wording }: SelectWish): ImapCommand {
  const { account, dialect } = session;
  const asksForModSeq = dialect.knowsModSeq && !dialect.resumes;
  if (asksForModSeq) session.tellsModSeq = true;
  const parameter =
    keepsake === null ? (asksForModSeq ? " (CONDSTORE)" : "") : ` (QRESYNC (${qresyncOf(keepsake, wording)}))`;
  const told = new Map<string, number>();
  const fetched: Fetched[] = [];
  let vanished: number[] = [];
  return {
    words: [`${mode === "read-only" ? "EXAMINE" : "SELECT"} ${session.spell(name)}${parameter}`],
    numbering: "none",
    expunges: "told",
    writes: "none",
    company: "alone",
    enters: true,
    fetched: (one) => void fetched.push(one),
    told: ({ text }) => {
      // RFC 9051 7.1: CLOSED stands between what belongs to the old mailbox and what belongs to the new one.
      if (text.startsWith("* OK [CLOSED]")) session.picture = null;
      const [, count = "", what = ""] = /^\* (\d+) (EXISTS|RECENT)$/.exec(text) ?? [];
      if (what !== "") told.set(what, Number(count));
      const [, code = "", value = ""] = /^\* OK \[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d+)\]/.exec(text) ?? [];
      if (code !== "") told.set(code, Number(value));
      if (code === "UIDVALIDITY") session.enter(enteredBy(Number(value)), mode, told);
      const set = /^\* VANISHED \(EARLIER\) (.*)$/.exec(text)?.[1];
      if (set !== undefined) vanished = numbersOf(set);
    },
    answered: ({ status, code, text }, given) => {
      const mayBe = mayHaveBeen(account, name, given);
      if (status === "NO" && code === "NONEXISTENT" && mayBe.includes("missing")) {
        // RFC 9051 6.3.2: no mailbox is selected after a SELECT that fails.
        session.picture = null;
        return;
      }
      judge(status === "OK" && mayBe.includes("there"), () => `SELECT ${name} is answered ${status} [${code}] ${text}`);
      const { picture } = session;
      judge(picture !== null, () => `SELECT tells no UIDVALIDITY`);
      const { mailbox } = picture;
      judge(
        account.momentsFrom(given.namesFloor).some((at) => mailbox.nameAt(at) === name),
        () => `SELECT ${name} opens ${mailbox.name}`,
      );
      judgeCodes(picture, told, account.momentsFrom(given.floors(mailbox)));
      if (keepsake?.mailbox === mailbox)
        resume(picture, { ...keepsake, tellsUids: wording >= 2 && keepsake.flags.size > 0 }, { vanished, fetched });
    },
  };

  function enteredBy(uidValidity: number): Mailbox {
    const mailbox = account.mailboxes.find((one) => one.uidValidity === uidValidity);
    judge(mailbox !== undefined, () => `UIDVALIDITY ${uidValidity} of ${name} is that of no mailbox`);
    return mailbox;
  }
}

function judgeCodes(picture: Picture, told: ReadonlyMap<string, number>, moments: readonly number[]): void {
  const { mailbox } = picture;
  const uidNext = told.get("UIDNEXT") ?? 0;
  judge(
    moments.some((at) => mailbox.uidNextAt(at) === uidNext),
    () => `UIDNEXT of ${mailbox.name} is told as ${uidNext}; it is ${mailbox.uidNext}`,
  );
  const highest = told.get("HIGHESTMODSEQ");
  const was = moments.map((at) => `${mailbox.highestModSeq(at)} and ${mailbox.at(at).length}`);
  const now = `${highest} and ${picture.exists}`;
  judge(was.includes(now), () => `HIGHESTMODSEQ ${now} messages; it was ${was.join(", later ")}`);
}

/** RFC 7162 3.2.5: UIDVALIDITY, mod-sequence, UIDs that are known, and numbers with their UIDs, the last two if one likes. */
function qresyncOf({ mailbox, modSeq, flags }: Keepsake, wording: number): string {
  const uids = [...flags.keys()];
  const base = `${mailbox.uidValidity} ${modSeq}`;
  if (uids.length === 0 || wording < 2) return base;
  if (wording === 2) return `${base} ${setOf(uids)}`;
  return `${base} ${setOf(uids)} (${setOf(uids.map((_, at) => at + 1))} ${setOf(uids)})`;
}

/** The client puts together what it kept and what it was told. */
function resume(
  picture: Picture,
  kept: Keepsake & { readonly tellsUids: boolean },
  { vanished, fetched }: { readonly vanished: readonly number[]; readonly fetched: readonly Fetched[] },
): void {
  const uids = new Set(kept.flags.keys());
  for (const uid of vanished) uids.delete(uid);
  const bySeq = new Map(fetched.map(({ seq, message }) => [message?.uid ?? 0, seq]));
  for (const uid of bySeq.keys()) uids.add(uid);
  const sorted = [...uids].sort((a, b) => a - b);
  // RFC 7162 3.2.5.1: a client that tells which UIDs it knows is told of these alone; of what is new it knows the number.
  judge(
    sorted.length === picture.exists || (kept.tellsUids && sorted.length < picture.exists),
    () => `with what it kept the client has UIDs ${setOf(sorted)}, and EXISTS is ${picture.exists}`,
  );
  for (const [at, uid] of sorted.entries()) {
    const seq = bySeq.get(uid);
    if (picture.numbers === "uid-only") picture.learnUid(uid);
    else {
      judge(
        seq === undefined || seq === at + 1,
        () => `UID ${uid} is told as message ${seq}; for the client it is ${at + 1}`,
      );
      picture.messageAt(at + 1, uid);
    }
    const before = kept.flags.get(uid);
    if (before !== undefined && seq === undefined) picture.told.set(uid, { ...before });
  }
}
