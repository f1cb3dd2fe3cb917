// REPLACE and UID REPLACE (RFC 8508): a message of the selected mailbox goes, another comes into a mailbox, in one commit.
// What affects APPEND affects it too (RFC 8508 3.4): literal8, UTF8, CATENATE, APPENDLIMIT, TRYCREATE; but it takes one message
// (RFC 8508 4.7).

import type { Uid } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import { noteOwn } from "../arrivals.ts";
import { command, type Dialogue } from "../command.ts";
import { type Completion, no, ok } from "../completion.ts";
import { destination } from "../destination.ts";
import { takeMessage } from "../message-intake.ts";
import { uidsOf } from "../message-set.ts";
import type { Selected } from "../session.ts";
import { readAppendMessage } from "../wire/append-args.ts";
import { type ReplaceArgs, readReplace } from "../wire/replace-args.ts";
import { appendUid, highestModSeq } from "../wire/response-code.ts";
import { writeStatusText } from "../wire/status-response.ts";
import { SyntaxFault } from "../wire/syntax-fault.ts";

export const replace = command({
  name: "REPLACE",
  states: ["selected"],
  numbering: ["seq", "uid"],
  expunges: "its-own",
  parse: readReplace,
  async run(session, args, dialogue) {
    const { mailbox } = session;
    const [uid] = uidsOf(session, args.message, dialogue.numbering);
    if (uid === undefined) return no("No such message to replace");
    // All of it is refused before the client has sent the message.
    if (mailbox.readOnly) throw refuse({ kind: "read-only" });
    if (mailbox.facts(uid) === undefined) throw refuse({ kind: "message-missing" });
    return await takeReplacement(session, uid, args, dialogue);
  },
});

async function takeReplacement(
  session: Selected,
  uid: Uid,
  { to, args }: ReplaceArgs,
  dialogue: Dialogue,
): Promise<Completion> {
  const { mail, mailbox, features } = session;
  const { literal } = dialogue;
  const described = readAppendMessage(args, literal);
  if (described === null) throw new SyntaxFault("A message is missing");
  const { id } = await destination(mail, to);
  const { item, next } = await takeMessage(session, described, { args, literal }, dialogue);
  try {
    if (next.literal !== null) throw new SyntaxFault("REPLACE takes one message");
    next.args.end();
    const { uidValidity, uids } = await mailbox.replace(uid, id, item);
    noteOwn(session, id, uids);
    // RFC 8508 4.3: APPENDUID in an untagged OK, before the EXPUNGE that the command loop tells next.
    writeStatusText(dialogue.out, null, { status: "OK", code: appendUid(uidValidity, uids), text: "Replaced" });
  } catch (error) {
    await item.message.discard();
    throw error;
  }
  // RFC 8508 4.5: "as if it were being removed with a UID EXPUNGE command", so RFC 7162 3.2.7 holds.
  return ok("REPLACE completed", features.has("QRESYNC") ? highestModSeq(mailbox.highestModSeq) : null);
}
