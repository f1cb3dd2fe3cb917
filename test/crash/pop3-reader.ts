// A client of the load that empties an INBOX over POP3, now and then changing its mind or losing its link.

import assert from "node:assert/strict";
import type { Chance } from "../support/chance.ts";
import { sitePassword } from "../support/server-site.ts";
import { WireClient, type WireEnd } from "../support/wire-client.ts";
import type { InboxLedger } from "./inbox-ledger.ts";
import type { Ledger } from "./ledger.ts";
import { tokenOf } from "./letters.ts";

/** Of one session. */
const deletionsMax = 12;
const messagesLeft = 5;

export class Pop3Reader {
  readonly #account: string;
  readonly #inbox: InboxLedger;
  readonly #ledger: Ledger;
  readonly #chance: Chance;
  readonly #tokens = new Map<string, string>();

  constructor(account: string, inbox: InboxLedger, ledger: Ledger, chance: Chance) {
    this.#account = account;
    this.#inbox = inbox;
    this.#ledger = ledger;
    this.#chance = chance;
  }

  /** Works until the connection ends, by throwing WireClosed, or until the signal. */
  async work(to: WireEnd, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      using wire = await WireClient.connect(to, 30_000);
      await ok(wire);
      await said(wire, `USER ${this.#account}`);
      await said(wire, `PASS ${sitePassword}`);
      await this.#session(wire);
    }
  }

  async #session(wire: WireClient): Promise<void> {
    const there: { number: number; token: string }[] = [];
    for (const line of await listed(wire, "UIDL")) {
      const [number = "", uniqueId = ""] = line.split(" ");
      there.push({ number: Number(number), token: await this.#tokenOf(wire, number, uniqueId) });
    }
    const own = there.filter(({ token }) => token.startsWith("d"));
    if (own.length <= messagesLeft) return await said(wire, "QUIT");
    const read = this.#chance.pick(own);
    const bytes = Buffer.from(unstuffed(await listed(wire, `RETR ${read.number}`)), "latin1");
    this.#ledger.compare(read.token, bytes, "delivered");
    const marked = this.#chance.some(own.slice(0, -messagesLeft), deletionsMax);
    for (const { number } of marked) await said(wire, `DELE ${number}`);
    const ending = this.#chance.next();
    // RFC 1939 6: a session that ends without QUIT deletes nothing.
    if (ending < 0.15) return;
    if (ending < 0.25) {
      await said(wire, "RSET");
      return await said(wire, "QUIT");
    }
    this.#inbox.deleting(marked.map(({ token }) => token));
    await said(wire, "QUIT");
    this.#inbox.deleted();
    this.#ledger.acknowledged++;
  }

  /** A unique id names one message for ever (RFC 1939 7), so one look is enough. */
  async #tokenOf(wire: WireClient, number: string, uniqueId: string): Promise<string> {
    const known = this.#tokens.get(uniqueId);
    const token = known ?? tokenOf((await listed(wire, `TOP ${number} 0`)).join("\r\n")) ?? "";
    this.#tokens.set(uniqueId, token);
    const [validity, uid] = uniqueId.split(".").map(Number);
    if (token !== "") this.#ledger.bind({ account: this.#account, validity: validity ?? 0 }, uid ?? 0, token);
    return token;
  }
}

async function ok(wire: WireClient): Promise<void> {
  const line = await wire.line();
  assert.match(line, /^\+OK/);
}

async function said(wire: WireClient, command: string): Promise<void> {
  await wire.send(`${command}\r\n`);
  await ok(wire);
}

async function listed(wire: WireClient, command: string): Promise<string[]> {
  await said(wire, command);
  const lines: string[] = [];
  for (;;) {
    const line = await wire.line();
    if (line === ".") return lines;
    lines.push(line);
  }
}

function unstuffed(lines: readonly string[]): string {
  return `${lines.map((line) => (line.startsWith(".") ? line.slice(1) : line)).join("\r\n")}\r\n`;
}
