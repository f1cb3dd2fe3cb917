// The quota of every account, for a session whose account is an administrator's (RFC 9208 4.1.3, QUOTASET).

import type { Account, Directory } from "../directory/directory.ts";
import type { AccountMail } from "../mailbox/mail.ts";
import type { AccountId } from "../model/ids.ts";
import { ProblemRefusal } from "../model/problem.ts";
import type { Quota, QuotaChange } from "../model/quota.ts";

export interface AccountQuota {
  readonly account: AccountId;
  /** The account's own spelling. */
  readonly address: string;
  readonly quota: Quota;
}

type LimitedMail = Pick<AccountMail, "quota" | "changeQuota"> & Disposable;

export interface QuotaParts {
  readonly directory: Pick<Directory, "account" | "accountAt">;
  readonly mail: { readonly open: (account: AccountId, address: string) => Promise<LimitedMail> };
}

export class AccountQuotas {
  readonly #parts: QuotaParts;
  readonly #administrator: AccountId;

  constructor(administrator: AccountId, parts: QuotaParts) {
    this.#administrator = administrator;
    this.#parts = parts;
  }

  /** Asked each time: whoever is an administrator no more sets no more limits, logged in or not. */
  async areOpen(): Promise<boolean> {
    const { settings } = await this.#parts.directory.account(this.#administrator);
    return settings.administrator;
  }

  /** Of the account that has the address; null when none has. */
  of(address: string): Promise<AccountQuota | null> {
    return this.#at(address, (mail) => mail.quota());
  }

  change(address: string, change: QuotaChange): Promise<AccountQuota | null> {
    return this.#at(address, (mail) => mail.changeQuota(change));
  }

  async #at(address: string, act: (mail: LimitedMail) => Promise<Quota>): Promise<AccountQuota | null> {
    const account = await this.#account(address);
    if (account === null) return null;
    using mail = await this.#parts.mail.open(account.id, account.address);
    return { account: account.id, address: account.address, quota: await act(mail) };
  }

  async #account(address: string): Promise<Account | null> {
    try {
      return await this.#parts.directory.accountAt(address);
    } catch (error) {
      const kind = error instanceof ProblemRefusal ? error.problem.kind : null;
      if (kind === "account-missing" || kind === "address-invalid") return null;
      throw error;
    }
  }
}
