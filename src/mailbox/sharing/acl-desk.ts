// Lists of rights as one session asks for them and changes them (RFC 4314 3): of its own mailboxes always, of others' with "a".
//
// People are known by their primary addresses alone: a list of rights tells them, and an alias may be there to hide whose it is.

import type { MailboxId } from "../../model/ids.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { refuse } from "../../model/problem.ts";
import { allRights, hasAnyRight, hasRight, noRights, type Right, type Rights } from "../../model/rights.ts";
import type { AccountState } from "../account-state.ts";
import type { Acting } from "../acting.ts";
import { isForeignName } from "./foreign-names.ts";
import type { Neighbours } from "./neighbours.ts";
import type { AclOrder, AclRule, GrantableRights } from "./personal-mail.ts";
import type { SharingService } from "./sharing-service.ts";

interface Listed {
  /** By its id in its account. */
  readonly mailbox: MailboxId;
  readonly state: AccountState;
  readonly acting: Acting;
  readonly rights: Rights;
}

/** RFC 4314 4: what MYRIGHTS takes one of. */
const knowing: readonly Right[] = ["l", "r", "i", "k", "x", "a"];

export class AclDesk {
  readonly #sharing: SharingService;
  readonly #acting: Acting;
  readonly #state: AccountState;
  readonly #neighbours: () => Neighbours;

  /** `neighbours` is asked for a name in somebody else's account. */
  constructor(sharing: SharingService, acting: Acting, state: AccountState, neighbours: () => Neighbours) {
    this.#sharing = sharing;
    this.#acting = acting;
    this.#state = state;
    this.#neighbours = neighbours;
  }

  async acl(name: MailboxName): Promise<readonly AclRule[]> {
    const { mailbox, state } = await this.#administered(name);
    await state.acls.load();
    return this.#sharing.rules(state.account, state.acls.of(mailbox));
  }

  async change(name: MailboxName, { identifier, how, rights }: AclOrder): Promise<void> {
    const { mailbox, state, acting } = await this.#administered(name);
    const change = { ...(await this.#sharing.subject(identifier, "primary")), how, rights };
    await this.#sharing.changeAcl(acting, state.acls, { mailbox, change });
  }

  async grantable(name: MailboxName, identifier: string): Promise<GrantableRights> {
    const { state } = await this.#administered(name);
    const { subject, sign } = await this.#sharing.subject(identifier, "primary");
    if (subject !== state.account) return { required: noRights, optional: allRights };
    // The owner has every right, and nothing can be taken away from him.
    return { required: sign === "grants" ? allRights : noRights, optional: noRights };
  }

  async myRights(name: MailboxName): Promise<Rights> {
    const found = await this.#find(name);
    if (found === undefined || !hasAnyRight(found.rights, knowing)) throw refuse({ kind: "mailbox-missing" });
    return found.rights;
  }

  async #administered(name: MailboxName): Promise<Listed> {
    const found = await this.#find(name);
    if (found === undefined || !hasAnyRight(found.rights, ["a", "l"])) throw refuse({ kind: "mailbox-missing" });
    if (!hasRight(found.rights, "a")) throw refuse({ kind: "no-permission" });
    return found;
  }

  async #find(name: MailboxName): Promise<Listed | undefined> {
    const own = (await this.#state.mailboxes()).find((mailbox) => mailbox.name === name);
    if (own !== undefined) return { mailbox: own.id, state: this.#state, acting: this.#acting, rights: allRights };
    const place = isForeignName(name) ? await this.#neighbours().place(name) : undefined;
    const row = await place?.account.row(place.name);
    if (place === undefined || row === undefined) return undefined;
    const { account } = place;
    return { mailbox: row.id, state: account.state, acting: account.acting, rights: account.rights(row.id) };
  }
}
