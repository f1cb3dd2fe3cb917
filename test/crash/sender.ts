// A client of the load that brings mail: over SMTP as another server does, over LMTP, or as a user who submits mail for
// elsewhere. A letter counts as taken with 250 after its data.

import assert from "node:assert/strict";
import type { Chance } from "../support/chance.ts";
import { sitePassword } from "../support/server-site.ts";
import { WireClient, WireClosed, type WireEnd } from "../support/wire-client.ts";
import type { InboxLedger } from "./inbox-ledger.ts";
import type { Ledger } from "./ledger.ts";
import { letterSize, writeLetter } from "./letters.ts";

export type SenderKind = "smtp" | "lmtp" | "submission";

/** Where letters go: recipients by address, each with who keeps account of them. */
export type Recipients = ReadonlyMap<string, Pick<InboxLedger, "sending" | "taken">>;

export class Sender {
  readonly #name: string;
  readonly #kind: SenderKind;
  readonly #recipients: Recipients;
  readonly #ledger: Ledger;
  readonly #chance: Chance;
  #letters = 0;

  constructor(
    { name, kind }: { readonly name: string; readonly kind: SenderKind },
    recipients: Recipients,
    ledger: Ledger,
    chance: Chance,
  ) {
    this.#name = name;
    this.#kind = kind;
    this.#recipients = recipients;
    this.#ledger = ledger;
    this.#chance = chance;
  }

  /** Works until the connection ends, by throwing WireClosed, or until the signal, after an answer. */
  async work(to: WireEnd, signal: AbortSignal): Promise<void> {
    using wire = await WireClient.connect(to, 30_000);
    await expectReply(wire, "220");
    await wire.send(`${this.#kind === "lmtp" ? "LHLO" : "EHLO"} ledger.example\r\n`);
    await expectReply(wire, "250");
    if (this.#kind === "submission") {
      const response = Buffer.from(`\0asha@example.org\0${sitePassword}`).toString("base64");
      await wire.send(`AUTH PLAIN ${response}\r\n`);
      await expectReply(wire, "235");
    }
    while (!signal.aborted) await this.#sendOne(wire);
  }

  async #sendOne(wire: WireClient): Promise<void> {
    const letter = writeLetter(`${this.#name}-${++this.#letters}`, letterSize(this.#chance), this.#chance);
    this.#ledger.letters.set(letter.token, letter);
    const addresses = this.#chance.some([...this.#recipients.keys()], this.#recipients.size);
    const ledgers = addresses.map((address) => this.#recipients.get(address));
    for (const ledger of ledgers) ledger?.sending(letter.token);
    const envelope = ["MAIL FROM:<asha@example.org>", ...addresses.map((address) => `RCPT TO:<${address}>`)];
    await wire.send(`${envelope.join("\r\n")}\r\n`);
    for (const _ of envelope) await expectReply(wire, "250");
    await wire.send("DATA\r\n");
    await expectReply(wire, "354");
    await wire.send(Buffer.concat([stuffed(letter.bytes), Buffer.from(".\r\n")]));
    // RFC 2033 4.2: LMTP answers for each recipient.
    const answers = this.#kind === "lmtp" ? ledgers.length : 1;
    for (let at = 0; at < answers; at++) {
      await expectReply(wire, "250");
      for (const ledger of this.#kind === "lmtp" ? [ledgers[at]] : ledgers) ledger?.taken(letter.token);
      this.#ledger.acknowledged++;
    }
  }
}

/** RFC 5321 4.5.2. */
function stuffed(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1").replaceAll(/^\./gm, ".."), "latin1");
}

async function expectReply(wire: WireClient, code: string): Promise<void> {
  for (;;) {
    const line = await wire.line();
    // RFC 5321 3.8: a server that stops says so in place of the answer.
    if (line.startsWith("421 ")) throw new WireClosed(line);
    assert.ok(line.startsWith(code), `expected ${code}, heard ${line}`);
    if (line[3] === " ") return;
  }
}
