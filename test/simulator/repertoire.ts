// What an IMAP client may say next, and how often it does.

import type { Chance } from "../support/chance.ts";
import { closeCommand, expungeCommand } from "./commands/expunge.ts";
import { fetchAllFlags, fetchCommand } from "./commands/fetch.ts";
import { appendCommand, copyCommand } from "./commands/file.ts";
import { mailboxCommand } from "./commands/mailboxes.ts";
import { notifyCommand } from "./commands/notify.ts";
import { replaceCommand } from "./commands/replace.ts";
import { searchCommand } from "./commands/search.ts";
import { selectCommand } from "./commands/select.ts";
import { idleCommand, logoutCommand, noopCommand } from "./commands/session.ts";
import { statusCommand } from "./commands/status.ts";
import { storeCommand } from "./commands/store.ts";
import type { ImapCommand } from "./imap-command.ts";
import type { ImapConnection } from "./imap-connection.ts";
import type { Keepsake } from "./keepsake.ts";

/** Null where there is nothing to say of that kind. */
type Idea = (session: ImapConnection, chance: Chance, kept: readonly Keepsake[]) => ImapCommand | null;

const ideas: readonly (readonly [times: number, idea: Idea])[] = [
  [16, noopCommand],
  [18, fetchCommand],
  [26, storeCommand],
  [12, expungeCommand],
  [8, appendCommand],
  [8, (session, chance) => copyCommand(session, chance, "COPY")],
  [8, (session, chance) => copyCommand(session, chance, "MOVE")],
  [2, replaceCommand],
  [10, searchCommand],
  [4, statusCommand],
  [4, idleCommand],
  [1, notifyCommand],
  [4, mailboxCommand],
  [2, selectCommand],
  [2, closeCommand],
  [1, logoutCommand],
];
const all = ideas.flatMap(([times, idea]) => Array.from({ length: times }, () => idea));

export function nextCommand(session: ImapConnection, chance: Chance, kept: readonly Keepsake[]): ImapCommand | null {
  const { picture } = session;
  const knowsAll = picture?.uids.every((uid) => uid !== null && picture.told.has(uid)) ?? true;
  if (!knowsAll && chance.happens(0.7)) return fetchAllFlags(session);
  return chance.pick(all)(session, chance, kept);
}
