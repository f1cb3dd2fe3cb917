// STORE and UID STORE (RFC 9051 6.4.6) with UNCHANGEDSINCE (RFC 7162 3.1.3).

import type { FlagsStored } from "../../../src/store/work/store-flags.ts";
import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import { changedFlags, type Flags, flagsOf } from "../flag-words.ts";
import type { Answer, Commit, Fetched, Given, ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { numbersOf, setOf } from "../imap-response.ts";
import { type Account, flagsFor, type Message, type Version, versionOf } from "../model.ts";
import type { Picture } from "../picture.ts";
import { type Named, nameMessages } from "./messages.ts";

const words = ["\\Seen", "\\Flagged", "\\Deleted", "\\Deleted", "\\Answered", "$Work", "$Later"] as const;

export function storeCommand(session: ImapConnection, chance: Chance): ImapCommand | null {
  const { picture, account, dialect } = session;
  if (picture === null || session.mode === "read-only") return null;
  const named = nameMessages(session, chance, { numbers: "known" });
  if (named === null) return null;
  const order: StoreOrder = {
    named,
    wish: chance.pick(["+", "+", "-", "="] as const),
    operand: flagsOf(chance.some(words, 2).join(" ")),
    silent: chance.happens(0.4),
    unchangedSince: dialect.knowsModSeq && chance.happens(0.3) ? chance.between(0, session.highestModSeq) : null,
  };
  if (order.unchangedSince !== null) session.tellsModSeq = true;
  return new Store(account, picture, order);
}

interface StoreOrder {
  readonly named: Named;
  readonly wish: "+" | "-" | "=";
  readonly operand: Flags;
  readonly silent: boolean;
  readonly unchangedSince: number | null;
}

class Store implements ImapCommand {
  readonly words: readonly string[];
  readonly numbering: "seq" | "uid";
  readonly expunges: "told" | "kept";
  /** None where nothing changes. */
  readonly writes = "maybe";
  readonly company = "any";
  readonly #account: Account;
  readonly #picture: Picture;
  readonly #order: StoreOrder;
  readonly #told = new Set<Message>();

  constructor(account: Account, picture: Picture, order: StoreOrder) {
    const { named, wish, operand, silent, unchangedSince } = order;
    this.#account = account;
    this.#picture = picture;
    this.#order = order;
    this.numbering = named.numbering;
    this.expunges = named.numbering === "seq" ? "kept" : "told";
    const since = unchangedSince === null ? "" : ` (UNCHANGEDSINCE ${unchangedSince})`;
    const sign = wish === "=" ? "" : wish;
    this.words = [`${named.verb("STORE")} ${named.set}${since} ${sign}FLAGS${silent ? ".SILENT" : ""} (${operand})`];
  }

  commit({ number, modSeq, value }: Commit): void {
    const { named } = this.#order;
    const changed = new Set<number>((value as Pick<FlagsStored, "changed">).changed);
    for (const message of this.#picture.mailbox.at(number - 1)) {
      const { uid, latest } = message;
      const flags = this.#flagsAfter(latest);
      const isChanged = changed.delete(uid);
      judge(
        isChanged || flags === flagsFor(latest, this.#picture.person) || !named.known.includes(message),
        () => `${this.#text} leaves UID ${uid} out`,
      );
      if (!isChanged) continue;
      judge(named.mayBe(message), () => `${this.#text} changes UID ${uid}, which it does not name`);
      judge(
        flags !== flagsFor(latest, this.#picture.person),
        () => `${this.#text} changes UID ${uid}, which is (${latest.flags}) MODSEQ ${latest.modSeq}`,
      );
      message.versions.push(versionOf(latest, flags, this.#picture.person, { commit: number, modSeq }));
    }
    judge(changed.size === 0, () => `${this.#text} changes UIDs ${setOf(changed)}, which are not there`);
  }

  /** RFC 7162 3.1.3: only where the mod-sequence is not greater. */
  #fails({ modSeq }: Version): boolean {
    const { unchangedSince } = this.#order;
    return unchangedSince !== null && modSeq > unchangedSince;
  }

  #flagsAfter(version: Version): Flags {
    const { wish, operand } = this.#order;
    const flags = flagsFor(version, this.#picture.person);
    return this.#fails(version) ? flags : changedFlags(flags, wish, operand);
  }

  fetched({ message, items }: Fetched): void {
    if (message !== undefined && items.includes("FLAGS")) this.#told.add(message);
  }

  answered({ status, code, text }: Answer, given: Given): void {
    const { named } = this.#order;
    const stays = named.known.filter(({ goneAt }) => goneAt > this.#account.commit);
    const modified = numbersOf(/^MODIFIED (.*)$/.exec(code)?.[1] ?? "").map((number) =>
      named.numbering === "uid" ? number : this.#picture.uids[number - 1],
    );
    if (status === "NO" && named.numbering === "seq")
      judge(
        (named.unknown > 0 || stays.length < named.known.length) && (code === "EXPUNGEISSUED" || modified.length > 0),
        () => `${text}, and none of them is gone`,
      );
    else judge(status === "OK", () => `${this.#text} is answered ${status} [${code}] ${text}`);
    for (const message of stays) {
      const { uid } = message;
      const seen = this.#seenAs(message, given);
      const isModified = modified.includes(uid);
      judge(
        seen.some((version) => this.#fails(version) === isModified),
        () => `UID ${uid}: ${code} after ${this.#text}`,
      );
      judge(
        given.commit !== null ||
          seen.some((version) => this.#flagsAfter(version) === flagsFor(version, this.#picture.person)),
        () => `${this.#text} does nothing to UID ${uid}`,
      );
      if (!isModified) this.#judgeTold(message, given);
    }
    // Of those that it learned of meanwhile it does not know whether they were meant.
    for (const { uid } of this.#picture.mailbox.messages.filter((message) => this.#isDoubtful(message)))
      this.#picture.told.delete(uid);
  }

  /** As what the command may have found the message. */
  #seenAs(message: Message, { commit, floors }: Given): readonly Version[] {
    if (commit === null) return message.versionsFrom(floors(this.#picture.mailbox));
    const version = message.versions[message.versionIndex(commit - 1)];
    return version === undefined ? [] : [version];
  }

  #isDoubtful(message: Message): boolean {
    const { named, silent } = this.#order;
    return silent && named.mayBe(message) && !named.known.includes(message) && !this.#told.has(message);
  }

  #judgeTold(message: Message, { tag, commit, floors }: Given): void {
    const { silent, wish, operand } = this.#order;
    const { uid } = message;
    const believed = this.#picture.told.get(uid)?.flags;
    if (this.#told.has(message)) {
      const since = message.versionsFrom(commit ?? floors(this.#picture.mailbox));
      judge(
        since.some((version) => flagsFor(version, this.#picture.person) === believed),
        () => `after ${tag} UID ${uid} is told as (${believed})`,
      );
    } else if (silent && believed !== undefined) this.#picture.believe(uid, changedFlags(believed, wish, operand));
    // RFC 9051 6.4.6: the new flags are told, unless .SILENT.
    else judge(silent, () => `the flags of UID ${uid} are not told after ${tag}`);
  }

  get #text(): string {
    return this.words.join("");
  }
}
