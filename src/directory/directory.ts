// The directory as adapters see it: who may log in, which account a mail address belongs to, and how an account wants
// to be served. Logging in is the credential port of src/sasl/, so every mechanism works on it as it is.

import type { AccountId } from "../model/ids.ts";
import type { CredentialPort } from "../sasl/credential-port.ts";

/** What a deletion over POP3 does: removes for good (recoverable for a time), or moves to Trash. */
export type Pop3Deletion = "expunge" | "trash";

export interface AccountSettings {
  readonly pop3Deletion: Pop3Deletion;
  /** Submission files a copy in Sent, for clients that do not. */
  readonly copySent: boolean;
  /** IMAP extensions that are switched off, by the names of their capabilities. */
  readonly withoutCapabilities: readonly string[];
  /** May set the limits of all accounts, over IMAP. */
  readonly administrator: boolean;
}

export interface Account {
  readonly id: AccountId;
  /** The primary address in its canonical spelling: also the user name. */
  readonly address: string;
  readonly displayName: string;
  /** Nobody can log in; mail still comes in, so that nothing is lost meanwhile. */
  readonly disabled: boolean;
  /** It is nobody's own: nobody can log in to it, and people work in it by the rights that they are given. */
  readonly shared: boolean;
  readonly settings: AccountSettings;
  readonly createdAtMs: number;
}

/** What became of an address at look-up. */
export type Recipient =
  /** `tag` is what followed "+" when the address was found without it. */
  | { readonly kind: "account"; readonly accountId: AccountId; readonly tag: string | undefined }
  /** The domain is ours, the address is nobody's. */
  | { readonly kind: "unknown" }
  /** The domain is not ours. */
  | { readonly kind: "foreign" }
  /** No address of any mailbox: a syntax fault, or an address literal. */
  | { readonly kind: "invalid" };

export interface Directory extends CredentialPort {
  /**
   * Whose mail this is: the address itself, then the address without its `+tag`, then the domain's catch-all.
   * `address` is `local@domain` as it came, quoted or not, or `postmaster` alone (RFC 5321 4.5.1).
   */
  resolveRecipient(address: string): Promise<Recipient>;
  /** Whether mail sent by this account may say it is from `address`: what is delivered to the account is its own. */
  ownsAddress(account: AccountId, address: string): Promise<boolean>;
  /** Throws account-missing. */
  account(id: AccountId): Promise<Account>;
  /** The account that has this address, primary or alias. Throws address-invalid, account-missing. */
  accountAt(address: string): Promise<Account>;
}
