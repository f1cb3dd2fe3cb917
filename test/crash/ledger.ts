// What the clients were told, kept outside of the server: which letters there are, which message a UID was given to, and
// the highest modSeq heard of each mailbox. A contradiction throws.

import assert from "node:assert/strict";
import type { Letter } from "./letters.ts";

export class Ledger {
  readonly letters = new Map<string, Letter>();
  readonly #messages = new Map<string, string>();
  readonly #modSeqs = new Map<string, number>();
  readonly #validities = new Map<string, number>();
  /** Operations that were answered well. */
  acknowledged = 0;

  /** RFC 9051 2.3.1.1: a UID is given to one message and never to another while UIDVALIDITY stays. */
  bind(mailbox: MailboxKey, uid: number, token: string): void {
    const key = `${keyOf(mailbox)} ${uid}`;
    const before = this.#messages.get(key);
    assert.ok(before === undefined || before === token, `UID ${key} was ${before}'s and is now ${token}'s`);
    this.#messages.set(key, token);
  }

  /** A client was told of this modSeq; it cannot be taken back. */
  hear(mailbox: MailboxKey, modSeq: number): void {
    const key = keyOf(mailbox);
    this.#modSeqs.set(key, Math.max(modSeq, this.#modSeqs.get(key) ?? 0));
  }

  highestHeard(mailbox: MailboxKey): number {
    return this.#modSeqs.get(keyOf(mailbox)) ?? 0;
  }

  /** A new mailbox: RFC 9051 2.3.1.1 wants a larger UIDVALIDITY than any of its name; here it is larger than any at all. */
  born({ account, validity }: MailboxKey): void {
    const highest = this.#validities.get(account) ?? 0;
    assert.ok(validity > highest, `${account}: UIDVALIDITY ${validity} is not above ${highest}`);
    this.#validities.set(account, validity);
  }

  /** The letter is the message, octet by octet; one that was delivered has trace fields before it. */
  compare(token: string, bytes: Buffer, arrived: "filed" | "delivered"): void {
    const letter = this.letters.get(token);
    assert.ok(letter !== undefined, `nobody wrote ${token}`);
    const head = bytes.subarray(0, Math.max(0, bytes.length - letter.bytes.length));
    assert.ok(bytes.subarray(head.length).equals(letter.bytes), `${token} is not what was sent`);
    const traces = head.toString("latin1");
    const allowed = arrived === "filed" ? /^$/ : /^(?:(?:Return-Path|Delivered-To|Received): .*\r\n(?:[ \t].*\r\n)*)+$/;
    assert.match(traces, allowed, `${token} has something before it`);
  }
}

export interface MailboxKey {
  readonly account: string;
  readonly validity: number;
}

function keyOf({ account, validity }: MailboxKey): string {
  return `${account} ${validity}`;
}
