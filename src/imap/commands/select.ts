// SELECT and EXAMINE (RFC 9051 6.3.2, 6.3.3; RFC 3501 6.3.1) with CONDSTORE and QRESYNC (RFC 7162 3.1.8, 3.2.5) and
// MAILBOXID (RFC 8474 4.2).

import type { OpenMailbox } from "../../mailbox/open-mailbox.ts";
import { systemFlags } from "../../model/flags.ts";
import { ProblemRefusal, refuse } from "../../model/problem.ts";
import { type UidSet, uidSet } from "../../model/uid-set.ts";
import { afterLogin, command, type Dialogue, type LongReply } from "../command.ts";
import { bad, become, type Completion, ok } from "../completion.ts";
import type { Sentence } from "../language/speech.ts";
import { mailboxIdText } from "../object-ids.ts";
import { completionOf } from "../problem-codes.ts";
import { readVanished, tellResync } from "../resync.ts";
import { SavedSearch } from "../saved-search.ts";
import { SearchContexts } from "../search-contexts.ts";
import { type Authenticated, authenticated, type Selected } from "../session.ts";
import { Structures } from "../structures.ts";
import { ToldFlags } from "../told-flags.ts";
import { writeList } from "../wire/list-response.ts";
import { highestModSeq, mailboxIdCode, uidNext, uidValidity } from "../wire/response-code.ts";
import { readSelect, type SelectArgs } from "../wire/select-args.ts";
import { writeCount, writeStatusText } from "../wire/status-response.ts";
import type { Writer } from "../wire/writer.ts";

type Mode = "read-write" | "read-only";

export const select = command({
  name: "SELECT",
  states: afterLogin,
  numbering: ["seq"],
  parse: readSelect,
  run: (session, args, dialogue) => enter(session, args, "read-write", dialogue),
});

export const examine = command({
  name: "EXAMINE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readSelect,
  run: (session, args, dialogue) => enter(session, args, "read-only", dialogue),
});

async function* enter(session: Authenticated | Selected, args: SelectArgs, mode: Mode, { out }: Dialogue): LongReply {
  const { features } = session;
  // RFC 7162 3.2.5: the QRESYNC parameter without ENABLE QRESYNC is answered BAD.
  if (args.qresync !== null && !features.has("QRESYNC")) return bad("Enable QRESYNC first");
  // RFC 9586 3.7: message sequence match data is numbers too.
  if (args.qresync?.match && features.has("UIDONLY"))
    return bad("No sequence numbers after ENABLE UIDONLY", "UIDREQUIRED");
  if (args.condstore) features.enable("CONDSTORE");
  const opened = await open(session, args, mode);
  // RFC 9051 7.1: CLOSED stands between what belongs to the old mailbox and what belongs to the new one.
  if (session.state === "selected") tell(out, "CLOSED", "The mailbox before is closed");
  if (!("selected" in opened)) return opened;
  const { selected, vanished } = opened;
  try {
    // Nothing has been told yet: what came meanwhile is part of what is told now.
    selected.mailbox.takeNews("tell");
    describe(selected, out);
    if (args.qresync !== null) yield* tellResync(selected, { ...args.qresync, vanished }, out);
  } catch (error) {
    selected.mailbox[Symbol.dispose]();
    throw error;
  }
  // RFC 4314 5.2: what is asked for reading and writing may be had for reading only.
  const code = selected.mailbox.readOnly ? "READ-ONLY" : "READ-WRITE";
  return become(selected, ok(mode === "read-write" ? "SELECT completed" : "EXAMINE completed", code));
}

interface Opened {
  readonly selected: Selected;
  /** What a client that comes back has missed; empty for others. */
  readonly vanished: UidSet;
}

async function open(session: Authenticated | Selected, args: SelectArgs, mode: Mode): Promise<Opened | Completion> {
  const outside = authenticated(session);
  try {
    const { id } = await session.mail.find(args.mailbox);
    using leases = new DisposableStack();
    const mailbox = leases.use(await session.mail.open(id, mode));
    const vanished = args.qresync === null ? uidSet([]) : await readVanished(mailbox, args.qresync);
    // Somebody may have deleted it while it was opened.
    if (mailbox.mailbox === undefined) throw refuse({ kind: "mailbox-missing" });
    const [saved, toldFlags, structures] = [new SavedSearch(), new ToldFlags(), new Structures()];
    const [contexts, ownUids] = [new SearchContexts(), new Set<number>()];
    leases.move();
    const inside = { ...outside, state: "selected" as const, mailbox, saved, contexts, ownUids, toldFlags, structures };
    return { selected: inside, vanished };
  } catch (error) {
    // RFC 9051 6.3.2: a SELECT that fails leaves no mailbox selected.
    if (error instanceof ProblemRefusal) return become(outside, completionOf(error.problem));
    throw error;
  }
}

function describe({ mailbox, features, toldFlags }: Selected, out: Writer): void {
  const facts = mailbox.mailbox;
  if (facts === undefined) return;
  const last = mailbox.uidAt(mailbox.exists) ?? 0;
  toldFlags.tell(mailbox, out);
  writeCount(out, mailbox.exists, "EXISTS");
  if (features.tellsRecent) {
    writeCount(out, mailbox.recent, "RECENT");
    // It is a sequence number, of which a client hears none after ENABLE UIDONLY (RFC 9586 3).
    const unseen = facts.unseen === 0 || features.has("UIDONLY") ? 0 : firstUnseen(mailbox);
    if (unseen > 0) tell(out, `UNSEEN ${unseen}`, "The first unseen message");
  }
  tell(out, uidValidity(facts.uidValidity), "UIDs are valid");
  tell(out, uidNext(Math.max(facts.uidNext, last + 1)), "The next UID");
  tell(out, highestModSeq(mailbox.highestModSeq), "The highest mod-sequence");
  tell(out, mailboxIdCode(mailboxIdText(mailbox)), "The mailbox id");
  // RFC 9051 6.3.2: "The server MUST return a LIST response with the mailbox name"; IMAP4rev1 clients expect none.
  if (!features.tellsRecent) writeList(out, { attributes: [], name: facts.name });
}

function tell(out: Writer, code: string, text: Sentence): void {
  writeStatusText(out, null, { status: "OK", code, text });
}

/** The sequence number of the first message without \Seen; 0 when there is none. */
function firstUnseen(mailbox: OpenMailbox): number {
  const { flagIds, flagSets } = mailbox.columns;
  const unseen = flagSets.map((flags) => (flags.bits & systemFlags["\\Seen"]) === 0);
  // Just opened, so that the view and the session number alike.
  for (let at = 0; at < mailbox.exists; at++) if (unseen[flagIds[at] ?? 0] === true) return at + 1;
  return 0;
}
