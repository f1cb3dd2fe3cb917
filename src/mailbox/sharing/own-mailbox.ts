// A session's open mailbox of its own account, from which messages may go into the mailboxes of others.

import type { MailboxId, Uid } from "../../model/ids.ts";
import type { AccountState } from "../account-state.ts";
import type { AppendItem, AppendResult } from "../appending.ts";
import type { Copied } from "../open-mailbox.ts";
import { type Opening, SessionMailbox } from "../session-mailbox.ts";
import type { MailboxView } from "../view.ts";
import type { WorkProgress } from "../work-progress.ts";
import { isForeignId } from "./account-ids.ts";
import { copyAcross, type Moved, moveAcross, replaceAcross } from "./crossing.ts";
import type { Crossing } from "./landing.ts";

export class OwnMailbox extends SessionMailbox {
  readonly #crossing: Crossing;
  readonly #acting: Opening["acting"];

  constructor(state: AccountState, view: MailboxView, opening: Opening & { readonly crossing: Crossing }) {
    super(state, view, opening);
    this.#crossing = opening.crossing;
    this.#acting = opening.acting;
  }

  override async copy(uids: readonly Uid[], to: MailboxId, progress?: WorkProgress): Promise<Copied> {
    if (!isForeignId(to)) return super.copy(uids, to);
    return copyAcross(this, uids, await this.#crossing.landing(to), progress);
  }

  override async move(uids: readonly Uid[], to: MailboxId, progress?: WorkProgress): Promise<Moved> {
    if (!isForeignId(to)) return super.move(uids, to);
    this.mustWrite();
    return moveAcross(this, uids, await this.#crossing.landing(to), progress);
  }

  override async replace(uid: Uid, to: MailboxId, item: AppendItem): Promise<AppendResult> {
    if (!isForeignId(to)) return super.replace(uid, to, item);
    this.mustWrite();
    return replaceAcross(this, uid, item, { from: this.#acting, to: await this.#crossing.landing(to) });
  }
}
