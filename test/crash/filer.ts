// A client of the load that files mail over IMAP: its own mailboxes are its alone, and a shared one has some of its
// messages. It does one thing after another, so that at most one is without an answer when the server dies.

import assert from "node:assert/strict";
import type { Chance } from "../support/chance.ts";
import { type ImapAnswer, ImapClient } from "../support/imap-client.ts";
import { sitePassword } from "../support/server-site.ts";
import type { WireEnd } from "../support/wire-client.ts";
import { type AccountReading, readFetch, uidsOf } from "./account-reading.ts";
import type { Ledger } from "./ledger.ts";
import { letterSize, writeLetter } from "./letters.ts";
import {
  added,
  emptyFolder,
  type FlagChange,
  type Folder,
  flagged,
  folderOf,
  type Held,
  removed,
  renamed,
  sortedFlags,
  tellWorld,
  type World,
  withFolder,
  withoutFolder,
} from "./mailbox-world.ts";

export const sharedName = "Common";
const foldersMax = 6;
const messagesMax = 80;
const flagNames = ["\\Seen", "\\Flagged", "\\Answered", "\\Deleted", "\\Draft", "$Forwarded", "$Work"];
const messagesAtOnceMax = 5;

interface Pending {
  readonly what: string;
  readonly after: World;
}

export class Filer {
  readonly #name: string;
  readonly #account: string;
  readonly #ledger: Ledger;
  readonly #chance: Chance;
  #world: World = new Map([[sharedName, emptyFolder]]);
  #pending: Pending | undefined;
  #letters = 0;
  #names = 0;
  #client: ImapClient | undefined;
  #selected: string | undefined;

  constructor(name: string, account: string, ledger: Ledger, chance: Chance) {
    this.#name = name;
    this.#account = account;
    this.#ledger = ledger;
    this.#chance = chance;
  }

  /** Works until the connection ends, by throwing WireClosed, or until the signal, after an answer. */
  async work(to: WireEnd, signal: AbortSignal): Promise<void> {
    using client = await ImapClient.logIn(to, this.#account, sitePassword, 30_000);
    this.#client = client;
    this.#selected = undefined;
    client.onUntagged = ({ text, literals }) => {
      const fetched = readFetch({ text, literals });
      if (fetched !== undefined) this.#hear(fetched.modSeq);
    };
    await client.ok("ENABLE CONDSTORE");
    if (!this.#world.has(this.#name)) await this.#create(this.#name);
    while (!signal.aborted) await this.#chance.pick(this.#doings)();
  }

  /** Compares what is there with what it was told, and goes on from what is there. */
  judge(reading: AccountReading): void {
    const before = this.#world;
    const found = this.#ownPart(reading);
    const pending = this.#pending;
    const told = tellWorld(found, before);
    const undone = tellWorld(before, before);
    const done = pending === undefined ? undone : tellWorld(pending.after, before);
    const same = (one: readonly string[]): boolean => one.join("\n") === told.join("\n");
    if (!same(undone) && !same(done)) {
      const under = pending === undefined ? "nothing" : pending.what;
      assert.deepEqual(told, pending === undefined ? undone : done, `${this.#name}, with ${under} under way`);
    }
    for (const { validity, messages } of found.values()) {
      const old = [...before.values()].find((folder) => folder.validity === validity);
      const last = Math.max(0, ...(old?.messages.keys() ?? []));
      for (const uid of messages.keys())
        assert.ok(
          old === undefined || old.messages.has(uid) || uid > last,
          `${this.#name}: a new message has an old UID`,
        );
    }
    this.#pending = undefined;
    this.#world = found;
  }

  /** Its own mailboxes, and its own messages in the shared one. */
  #ownPart(reading: AccountReading): World {
    const own = new Map<string, Folder>();
    for (const [name, { validity, subscribed, messages }] of reading) {
      if (name === sharedName) {
        const mine = [...messages].filter(([, { token }]) => token.startsWith(`${this.#name}-`));
        own.set(name, { validity, subscribed: false, messages: new Map(mine), fresh: [] });
      } else if (name === this.#name || name.startsWith(`${this.#name}/`))
        own.set(name, { validity, subscribed, messages, fresh: [] });
    }
    return own;
  }

  readonly #append = async (): Promise<void> => await this.#file(1);
  readonly #appendSeveral = async (): Promise<void> => await this.#file(this.#chance.between(2, messagesAtOnceMax));

  async #file(count: number): Promise<void> {
    if (this.#messageCount() > messagesMax) return await this.#expunge();
    const to = this.#chance.pick([...this.#world.keys()]);
    const held: Held[] = [];
    const pieces: (string | Uint8Array)[] = [`APPEND "${to}"`];
    for (let at = 0; at < count; at++) {
      const flags = this.#chance.happens(0.5) ? this.#chance.some(flagNames, 2) : [];
      const letter = writeLetter(`${this.#name}-${++this.#letters}`, letterSize(this.#chance), this.#chance);
      this.#ledger.letters.set(letter.token, letter);
      held.push({ token: letter.token, flags: sortedFlags(flags) });
      pieces.push(` (${flags.join(" ")}) `, letter.bytes);
    }
    await this.#do(added(this.#world, to, held, undefined), pieces, ({ code }) => {
      const [, validity, set] = /^APPENDUID (\d+) (\S+)$/.exec(code) ?? [];
      assert.ok(validity !== undefined && set !== undefined, `no APPENDUID: ${code}`);
      return this.#arrived(to, { validity: Number(validity), uids: uidsOf(set), held });
    });
  }

  readonly #copy = async (): Promise<void> => {
    if (this.#messageCount() > messagesMax) return await this.#expunge();
    await this.#transfer("COPY");
  };

  readonly #move = async (): Promise<void> => await this.#transfer("MOVE");

  async #transfer(verb: "COPY" | "MOVE"): Promise<void> {
    const chosen = await this.#chooseMessages();
    if (chosen === undefined) return;
    const { name, uids } = chosen;
    const to = this.#chance.pick([...this.#world.keys()].filter((other) => other !== name));
    const held = uids.map((uid) => this.#held(name, uid));
    const left = verb === "COPY" ? this.#world : removed(this.#world, name, uids);
    await this.#do(added(left, to, held, undefined), [`UID ${verb} ${uids.join(",")} "${to}"`], (answer) => {
      const told = [answer.code, ...answer.untagged.map(({ text }) => text)].join("\n");
      const [, validity, source, target] = /COPYUID (\d+) ([\d:,]+) ([\d:,]+)/.exec(told) ?? [];
      assert.ok(validity !== undefined && source !== undefined && target !== undefined, `no COPYUID: ${told}`);
      assert.deepEqual(uidsOf(source), uids);
      this.#world = left;
      return this.#arrived(to, { validity: Number(validity), uids: uidsOf(target), held });
    });
  }

  readonly #store = async (): Promise<void> => {
    const chosen = await this.#chooseMessages();
    if (chosen !== undefined)
      await this.#flag(chosen, this.#chance.pick(["+", "-", ""]), this.#chance.some(flagNames, 3));
  };

  readonly #expunge = async (): Promise<void> => {
    const chosen = await this.#chooseMessages();
    if (chosen === undefined) return;
    const { name, uids } = chosen;
    await this.#flag(chosen, "+", ["\\Deleted"]);
    // In the shared mailbox a plain EXPUNGE would take others' messages too.
    if (name === sharedName || this.#chance.happens(0.5)) {
      await this.#do(removed(this.#world, name, uids), [`UID EXPUNGE ${uids.join(",")}`]);
      return;
    }
    const gone = [...folderOf(this.#world, name).messages].filter(([, { flags }]) => flags.includes("\\Deleted"));
    const after = removed(
      this.#world,
      name,
      gone.map(([uid]) => uid),
    );
    if (this.#chance.happens(0.5)) return await this.#do(after, ["EXPUNGE"]);
    await this.#do(after, ["CLOSE"]);
    this.#selected = undefined;
  };

  readonly #createOne = async (): Promise<void> => {
    if (this.#world.size >= foldersMax) return await this.#deleteOne();
    const parent = this.#chance.pick([...this.#world.keys()].filter((name) => name !== sharedName));
    await this.#create(`${parent}/${this.#freshName()}`);
  };

  async #create(name: string): Promise<void> {
    await this.#do(withFolder(this.#world, name, emptyFolder), [`CREATE "${name}"`]);
    // RFC 9051 has CREATE tell nothing of the mailbox; the client asks.
    const { untagged } = await this.#imap.ok(`STATUS "${name}" (UIDVALIDITY)`);
    const validity = Number(/UIDVALIDITY (\d+)/.exec(untagged[0]?.text ?? "")?.[1]);
    this.#world = withFolder(this.#world, name, { validity });
  }

  readonly #rename = async (): Promise<void> => {
    const from = this.#pickOwn();
    if (from === undefined) return await this.#createOne();
    await this.#leave(from);
    const parents = [...this.#world.keys()].filter(
      (name) => name !== sharedName && name !== from && !name.startsWith(`${from}/`),
    );
    const to = `${this.#chance.pick(parents)}/${this.#freshName()}`;
    await this.#do(renamed(this.#world, from, to), [`RENAME "${from}" "${to}"`]);
  };

  readonly #deleteOne = async (): Promise<void> => {
    const names = [...this.#world.keys()];
    const name = this.#pickOwn();
    if (name === undefined || names.some((other) => other.startsWith(`${name}/`))) return;
    await this.#leave(name);
    await this.#do(withoutFolder(this.#world, name), [`DELETE "${name}"`]);
  };

  readonly #subscribe = async (): Promise<void> => {
    const name = this.#pickOwn();
    if (name === undefined) return;
    const { subscribed } = folderOf(this.#world, name);
    const verb = subscribed ? "UNSUBSCRIBE" : "SUBSCRIBE";
    await this.#do(withFolder(this.#world, name, { subscribed: !subscribed }), [`${verb} "${name}"`]);
  };

  /** As often as each stands here. */
  readonly #doings: readonly (() => Promise<void>)[] = [
    ...Array<() => Promise<void>>(5).fill(this.#append),
    ...Array<() => Promise<void>>(2).fill(this.#appendSeveral),
    ...Array<() => Promise<void>>(3).fill(this.#store),
    ...Array<() => Promise<void>>(2).fill(this.#copy),
    ...Array<() => Promise<void>>(3).fill(this.#move),
    ...Array<() => Promise<void>>(2).fill(this.#expunge),
    this.#createOne,
    this.#rename,
    this.#deleteOne,
    this.#subscribe,
  ];

  async #flag(
    where: { readonly name: string; readonly uids: readonly number[] },
    change: FlagChange,
    flags: readonly string[],
  ): Promise<void> {
    const silent = this.#chance.happens(0.3) ? ".SILENT" : "";
    const command = `UID STORE ${where.uids.join(",")} ${change}FLAGS${silent} (${flags.join(" ")})`;
    await this.#do(flagged(this.#world, where, change, flags), [command]);
  }

  /** Runs a command that leads from the world as it is to `after`; `told` makes the world from the answer. */
  async #do(
    after: World,
    pieces: readonly (string | Uint8Array)[],
    told: (answer: ImapAnswer) => World = () => after,
  ): Promise<void> {
    const what = pieces.map((piece) => (typeof piece === "string" ? piece : `{${piece.length}}`)).join("");
    this.#pending = { what, after };
    const answer = await this.#imap.ok(...pieces);
    const modSeq = /HIGHESTMODSEQ (\d+)/.exec(answer.code)?.[1];
    if (modSeq !== undefined) this.#hear(Number(modSeq));
    this.#world = told(answer);
    this.#pending = undefined;
    this.#ledger.acknowledged++;
  }

  #arrived(
    to: string,
    {
      validity,
      uids,
      held,
    }: { readonly validity: number; readonly uids: readonly number[]; readonly held: readonly Held[] },
  ): World {
    const known = folderOf(this.#world, to).validity;
    assert.ok(known === undefined || known === validity, `${to}: UIDVALIDITY changed from ${known} to ${validity}`);
    for (const [at, uid] of uids.entries())
      this.#ledger.bind({ account: this.#account, validity }, uid, held[at]?.token ?? "");
    return withFolder(added(this.#world, to, held, uids), to, { validity });
  }

  async #chooseMessages(): Promise<{ name: string; uids: number[] } | undefined> {
    const filled = [...this.#world].filter(([, { messages }]) => messages.size > 0);
    if (filled.length === 0) return undefined;
    const [name, { messages }] = this.#chance.pick(filled);
    await this.#select(name);
    return {
      name,
      uids: this.#chance.some(
        [...messages.keys()].toSorted((one, other) => one - other),
        20,
      ),
    };
  }

  async #select(name: string): Promise<void> {
    if (this.#selected === name) return;
    this.#selected = undefined;
    const { untagged } = await this.#imap.ok(`SELECT "${name}"`);
    const told = untagged.map(({ text }) => text).join("\n");
    const validity = Number(/UIDVALIDITY (\d+)/.exec(told)?.[1]);
    assert.equal(validity, folderOf(this.#world, name).validity ?? validity, `${name}: UIDVALIDITY changed`);
    this.#world = withFolder(this.#world, name, { validity });
    this.#selected = name;
    this.#hear(Number(/HIGHESTMODSEQ (\d+)/.exec(told)?.[1] ?? 0));
  }

  /** What is about to go is not to be the one that is open. */
  async #leave(name: string): Promise<void> {
    if (this.#selected === name || this.#selected?.startsWith(`${name}/`) === true) await this.#select(sharedName);
  }

  #hear(modSeq: number): void {
    const validity = this.#selected === undefined ? undefined : this.#world.get(this.#selected)?.validity;
    if (validity !== undefined) this.#ledger.hear({ account: this.#account, validity }, modSeq);
  }

  #held(name: string, uid: number): Held {
    const held = folderOf(this.#world, name).messages.get(uid);
    if (held === undefined) throw new Error(`no message ${uid} in ${name}`);
    return held;
  }

  /** One of its own mailboxes but the topmost. */
  #pickOwn(): string | undefined {
    const own = [...this.#world.keys()].filter((name) => name !== sharedName && name !== this.#name);
    return own.length === 0 ? undefined : this.#chance.pick(own);
  }

  #freshName(): string {
    return `${this.#chance.pick(["a", "&CZUJvgmc-", "with space", "Z"])}${++this.#names}`;
  }

  #messageCount(): number {
    let count = 0;
    for (const { messages } of this.#world.values()) count += messages.size;
    return count;
  }

  get #imap(): ImapClient {
    if (this.#client === undefined) throw new Error("not connected");
    return this.#client;
  }
}
