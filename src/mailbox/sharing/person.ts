// Who looks at the mailboxes of others.

import { type DomainName, parseAddress } from "../../directory/address.ts";
import type { AccountId } from "../../model/ids.ts";

export function domainOf(address: string): DomainName | undefined {
  return parseAddress(address)?.domain;
}

export class Person {
  readonly account: AccountId;
  readonly #address: string;
  #domain: { readonly name: DomainName | undefined } | null = null;

  /** `address`: the primary one. */
  constructor(account: AccountId, address: string) {
    this.account = account;
    this.#address = address;
  }

  /** Of the primary address: read once somebody asks, which takes longer than a login may. */
  get domain(): DomainName | undefined {
    this.#domain ??= { name: domainOf(this.#address) };
    return this.#domain.name;
  }
}
