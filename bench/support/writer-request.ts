// What goes to and fro between the event loop's thread and a writer thread.

import { flagSet, noFlags, systemFlags } from "../../src/model/flags.ts";
import type { MailboxId, Uid } from "../../src/model/ids.ts";
import type { NewMessage } from "../../src/store/work/append.ts";
import type { FlagsOrder } from "../../src/store/work/store-flags.ts";

export type FlagTurn = "flag" | "unflag";

export type ThreadRequest =
  | { readonly id: number; readonly message: NewMessage }
  | { readonly id: number; readonly uid: Uid; readonly turn: FlagTurn };

export interface ThreadAnswer {
  readonly done: readonly number[];
  readonly error: string | null;
}

export function flagOrder(mailbox: MailboxId, uid: Uid, turn: FlagTurn): FlagsOrder {
  const flags = turn === "flag" ? flagSet(systemFlags["\\Flagged"], []) : noFlags;
  return { mailbox, uids: [uid], change: "replace", flags, unchangedSince: undefined };
}
