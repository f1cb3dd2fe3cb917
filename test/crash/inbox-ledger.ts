// What an account's INBOX must hold: what senders had taken off their hands, less what a POP3 session deleted with an
// acknowledged QUIT.

import assert from "node:assert/strict";
import type { AccountReading } from "./account-reading.ts";

export class InboxLedger {
  readonly #account: string;
  readonly #deletion: "expunge" | "trash";
  /** By token: whether the sender has heard that it was taken. */
  readonly #sent = new Map<string, "under-way" | "acknowledged">();
  readonly #deleted = new Set<string>();
  /** What a QUIT without an answer was to delete. */
  #deleting: ReadonlySet<string> = new Set();

  constructor(account: string, deletion: "expunge" | "trash") {
    this.#account = account;
    this.#deletion = deletion;
  }

  sending(token: string): void {
    this.#sent.set(token, "under-way");
  }

  taken(token: string): void {
    this.#sent.set(token, "acknowledged");
  }

  deleting(tokens: Iterable<string>): void {
    this.#deleting = new Set(tokens);
  }

  deleted(): void {
    for (const token of this.#deleting) this.#deleted.add(token);
    this.#deleting = new Set();
  }

  judge(reading: AccountReading): void {
    const inbox = tokensIn(reading, "INBOX");
    const trash = tokensIn(reading, "Trash");
    const account = this.#account;
    for (const token of [...inbox, ...trash])
      assert.equal(inbox.concat(trash).filter((other) => other === token).length, 1, `${account} has ${token} twice`);
    const gone = [...this.#deleting].filter((token) => !inbox.includes(token));
    assert.ok(
      gone.length === 0 || gone.length === this.#deleting.size,
      `${account}: QUIT deleted ${gone.length} of ${this.#deleting.size} messages`,
    );
    if (gone.length > 0) this.deleted();
    this.#deleting = new Set();
    for (const [token, state] of this.#sent) {
      const there = inbox.includes(token);
      if (this.#deleted.has(token)) {
        assert.ok(!there, `${account}: ${token} was deleted and is there again`);
        assert.equal(trash.includes(token), this.#deletion === "trash", `${account}: ${token} after its deletion`);
      } else if (state === "acknowledged") assert.ok(there, `${account}: ${token} was acknowledged and is not there`);
      // Whoever has no answer sends it again; this one is settled by what is there.
      else if (there) this.taken(token);
      else this.#sent.delete(token);
    }
    for (const token of inbox) assert.ok(this.#sent.has(token), `${account}: ${token} came back`);
  }
}

function tokensIn(reading: AccountReading, name: string): string[] {
  const mailbox = reading.get(name);
  assert.ok(mailbox !== undefined, `${name} is gone`);
  return [...mailbox.messages.values()].map(({ token }) => token).filter((token) => token.startsWith("d"));
}
