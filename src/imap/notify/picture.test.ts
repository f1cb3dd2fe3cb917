// A client of NOTIFY that only listens has the server's own picture of the account, whatever others do to it: each message
// and its flags in the selected mailbox, the counters of all others, and their names (RFC 5465).

import assert from "node:assert/strict";
import { test } from "node:test";
import { Chance } from "../../../test/support/chance.ts";
import { stage } from "../../../test/support/embedded.ts";
import { ImapClient, type ImapResponse } from "../../../test/support/imap-client.ts";
import { PostOffice } from "../../../test/support/post-office.ts";
import type { AccountMail } from "../../mailbox/mail.ts";
import type { OpenMailbox } from "../../mailbox/open-mailbox.ts";
import { noFlags, systemFlags } from "../../model/flags.ts";
import { mailboxName } from "../../model/mailbox-name.ts";
import { ProblemRefusal } from "../../model/problem.ts";

interface Message {
  uid: number;
  flags: string;
}

const counted = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"] as const;

/** What a client knows of an account from what it is told. */
class Picture {
  readonly #names = new Set<string>();
  readonly #counters = new Map<string, ReadonlyMap<string, string>>();
  #messages: Message[] = [];
  #selected = "";

  /** The mailbox that is selected from now on, and what is in it. */
  select(name: string, messages: Message[]): void {
    // Of the one that is left it knew the messages, not the counters.
    if (name !== this.#selected) this.#counters.delete(this.#selected);
    this.#selected = name;
    this.#messages = messages;
  }

  hear({ text }: ImapResponse): void {
    const [, number = "", what = ""] = /^\* (\d+) (EXPUNGE|EXISTS|FETCH)/.exec(text) ?? [];
    const at = Number(number) - 1;
    if (what === "EXPUNGE") this.#messages.splice(at, 1);
    else if (what === "EXISTS") while (this.#messages.length <= at) this.#messages.push({ uid: 0, flags: "?" });
    else if (what === "FETCH") this.#fetched(at, text);
    else if (text.startsWith("* VANISHED ")) this.#vanished(text.slice("* VANISHED ".length));
    else if (text.startsWith("* LIST ")) this.#listed(text);
    else if (text.startsWith("* STATUS ")) {
      const [, name = "", counters = ""] = /^\* STATUS (\S+) \((.*)\)$/.exec(text) ?? [];
      this.#count(name, counters);
    }
  }

  #fetched(at: number, text: string): void {
    const uid = Number(/UID (\d+)/.exec(text)?.[1] ?? 0);
    const flags = /FLAGS \(([^)]*)\)/.exec(text)?.[1];
    const known = this.#messages[at];
    assert.ok(known !== undefined, `${text}, of ${this.#messages.length}`);
    assert.ok(known.uid === 0 || known.uid === uid, `${text}, which was ${known.uid}`);
    known.uid = uid;
    if (flags !== undefined) known.flags = flags;
  }

  #vanished(set: string): void {
    const gone = new Set<number>();
    for (const range of set.split(",")) {
      const [from = 0, to = from] = range.split(":").map(Number);
      for (let uid = from; uid <= to; uid++) gone.add(uid);
    }
    this.#messages = this.#messages.filter(({ uid }) => !gone.has(uid));
  }

  #listed(text: string): void {
    const [, attributes = "", name = "", oldName] =
      /^\* LIST \(([^)]*)\) "\/" (\S+)(?: \("OLDNAME" \((\S+)\)\))?$/.exec(text) ?? [];
    if (oldName !== undefined) {
      const isMoved = (one: string): boolean => one === oldName || one.startsWith(`${oldName}/`);
      for (const one of [...this.#names].filter(isMoved)) {
        const moved = name + one.slice(oldName.length);
        this.#names.delete(one);
        this.#names.add(moved);
        this.#counters.set(moved, this.#counters.get(one) ?? new Map());
        this.#counters.delete(one);
        if (this.#selected === one) this.#selected = moved;
      }
    }
    if (/NonExistent|Noselect/.test(attributes)) {
      this.#names.delete(name);
      this.#counters.delete(name);
    } else this.#names.add(name);
  }

  /** The newest of each counter. */
  #count(name: string, told: string): void {
    const counters = new Map(this.#counters.get(name));
    const words = told.split(" ");
    for (let at = 0; at < words.length; at += 2) counters.set(words[at] ?? "", words[at + 1] ?? "");
    this.#counters.set(name, counters);
  }

  /** Of a mailbox that was selected a change of flags tells only some. */
  #knows(name: string): boolean {
    return this.#counters.get(name)?.has("MESSAGES") === true;
  }

  /** The mailbox whose counters it does not know, if there is one. */
  get unknown(): string | null {
    return [...this.#names].find((name) => name !== this.#selected && !this.#knows(name)) ?? null;
  }

  told(): unknown {
    const counters = [...this.#names]
      .filter((name) => name !== this.#selected && this.#knows(name))
      .sort()
      .map((name) => `${name}: ${counted.map((item) => `${item} ${this.#counters.get(name)?.get(item)}`).join(" ")}`);
    return { selected: this.#selected, messages: this.#messages.map(({ uid, flags }) => `${uid} ${flags}`), counters };
  }
}

/** The same as the server has it: all but the mailbox that the client has `left` without hearing of it since. */
async function truth(mail: AccountMail, selected: string, left: string | null): Promise<unknown> {
  const mailboxes = (await mail.list()).filter(({ selectable }) => selectable);
  const counters = mailboxes
    .filter(({ name }) => name !== selected && name !== left)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, messages, uidNext, uidValidity, unseen }) => {
      return `${name}: MESSAGES ${messages} UIDNEXT ${uidNext} UIDVALIDITY ${uidValidity} UNSEEN ${unseen}`;
    });
  const { id } = await mail.find(mailboxName(selected));
  using mailbox = await mail.open(id, "read-only");
  return { selected, messages: messagesOf(mailbox).map(({ uid, flags }) => `${uid} ${flags}`), counters };
}

function messagesOf(mailbox: OpenMailbox): Message[] {
  return mailbox.uidsWithin({ ranges: [[1, 0xffff_ffff]] }).map((uid) => {
    const bits = mailbox.facts(uid)?.flags.bits ?? 0;
    const names = Object.entries(systemFlags).filter(([, bit]) => (bits & bit) !== 0);
    return { uid, flags: names.map(([name]) => name).join(" ") };
  });
}

const names = ["INBOX", "Sent", "Junk", "a", "a/b", "c", "c/d"];

/** One thing that somebody else does; what cannot be done just then is not. */
async function step(mail: AccountMail, chance: Chance): Promise<void> {
  const [name, other] = [mailboxName(chance.pick(names)), mailboxName(chance.pick(names))];
  const does = chance.below(10);
  if (does === 0) await mail.create(name);
  else if (does === 1 && name.length < 4) await mail.remove(name);
  else if (does === 2 && name.length < 4) await mail.rename(name, other);
  else if (does === 3) await (chance.happens(0.5) ? mail.subscribe(name) : mail.unsubscribe(name));
  else {
    const { id } = await mail.find(name);
    if (does < 6) {
      const message = await stage(mail, "Subject: x\r\n\r\nx\r\n");
      await mail.append(
        id,
        Array.from({ length: chance.between(1, 3) }, () => ({ message, flags: noFlags })),
      );
      return;
    }
    using mailbox = await mail.open(id, "read-write");
    const uids = mailbox.uidsWithin({ ranges: [[1, 0xffff_ffff]] });
    if (uids.length === 0) return;
    const some = chance.some(uids, 3);
    const flag = { bits: chance.pick([systemFlags["\\Seen"], systemFlags["\\Flagged"]]), keywords: [] };
    if (does === 6) await mailbox.storeFlags(some, chance.pick(["add", "remove"]), flag);
    else if (does === 7) await mailbox.remove(some);
    else if (does === 8) await mailbox.copy(some, (await mail.find(other)).id);
    else await mailbox.move(some, (await mail.find(other)).id);
  }
}

async function unlessRefused(doing: Promise<void>): Promise<void> {
  await doing.catch((error: unknown) => {
    if (!(error instanceof ProblemRefusal)) throw error;
  });
}

const events = "MessageNew MessageExpunge FlagChange";

for (const [seed, enabled, specifier] of [
  [1, "IMAP4rev2", "selected"],
  [2, "IMAP4rev2 QRESYNC", "selected"],
  [3, "IMAP4rev2", "selected-delayed"],
  [4, "IMAP4rev2 QRESYNC", "selected-delayed"],
  [5, "IMAP4rev2", "selected"],
  [6, "IMAP4rev2", "selected"],
] as const)
  test(`who listens by ${specifier.toUpperCase()} with ${enabled} has the server's picture (seed ${seed})`, async () => {
    const chance = new Chance(seed);
    await using office = await PostOffice.open();
    const account = await office.newAccount("alice@example.org");
    using mail = await office.openMail(account);
    using another = await office.openMail(account);
    using client = await ImapClient.logIn({ port: await office.portOf("imap") }, "alice@example.org", "secret");
    const picture = new Picture();
    client.onUntagged = (response) => picture.hear(response);
    await client.ok(`ENABLE ${enabled}`);
    await client.ok('LIST "" *');
    const wanted = `(${specifier} (MessageNew (UID FLAGS) MessageExpunge FlagChange))`;
    await client.ok(`NOTIFY SET STATUS ${wanted} (personal (${events} MailboxName SubscriptionChange))`);
    for (let round = 0; round < 8; round++) {
      // What is told while the mailbox changes is told of one or the other.
      const { untagged } = await client.ok(`SELECT ${chance.pick(["INBOX", "Sent"])}`);
      const selected =
        /^\* LIST \([^)]*\) "\/" (\S+)$/.exec(
          untagged.findLast(({ text }) => text.startsWith("* LIST"))?.text ?? "",
        )?.[1] ?? "";
      using opened = await mail.open((await mail.find(mailboxName(selected))).id, "read-only");
      picture.select(selected, messagesOf(opened));
      for (let at = 0; at < 12; at++) {
        const both = [unlessRefused(step(mail, chance)), unlessRefused(step(another, chance))];
        if (chance.happens(0.2)) await client.ok("NOOP");
        await Promise.all(both);
      }
      const fence = `fence-${round}`;
      await mail.create(mailboxName(fence));
      for (let heard = ""; !heard.endsWith(` ${fence}`); ) {
        const response = await client.response();
        picture.hear(response);
        heard = response.text;
      }
      await client.ok("NOOP");
      assert.deepEqual(picture.told(), await truth(mail, selected, picture.unknown), `round ${round}`);
    }
    assert.deepEqual(office.faults, []);
  });
