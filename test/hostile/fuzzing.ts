// Mutated dialogues thrown at the running server, in every state of a session. What must not be: its end, a bug in its
// log, another session kept waiting, sessions that stay, mail that the audit finds wrong.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Chance } from "../support/chance.ts";
import { ImapClient } from "../support/imap-client.ts";
import type { Protocol } from "../support/post-office.ts";
import { sitePassword } from "../support/server-site.ts";
import { rootDir } from "../support/source-tree.ts";
import { WireClient, WireClosed, type WireEnd } from "../support/wire-client.ts";
import { mutated } from "./mutation.ts";
import { openFiles, openSockets } from "./open-files.ts";
import { type Entrance, fuzzFriend, fuzzUser, sessionStates } from "./session-states.ts";
import { asha, residentBytes, Siege } from "./siege.ts";
import { spokenLines, spokenProtocols } from "./spoken-lines.ts";

export interface FuzzWish {
  readonly seed: number;
  readonly seconds: number;
  readonly say: (text: string) => void;
}

export interface FuzzReport {
  readonly dialogues: number;
  /** What went wrong, each kind once, with the dialogue that did it. */
  readonly findings: readonly string[];
}

interface Dialogue {
  readonly protocol: Protocol;
  readonly entrance: Entrance;
  readonly packets: readonly string[];
}

const atOnce = 12;
/** So many dialogues that have been held may have done what the log tells now. */
const suspectsMax = 2 * atOnce;
const dialoguesOfSessionMax = 5;
const dialoguesBetweenMail = 200;
const dialoguesBetweenWords = 1_000;
const messagesWanted = 4;
const findingsMax = 10;
const mailBytesMax = 80_000;
const answerMsMax = 1_500;
/** Answers to wrong passwords and to many faults are slow on purpose; nobody here waits for them. */
const farewellMsMax = 400;
const sessionsGoneMsMax = 40_000;
const accounts = [asha, fuzzUser, fuzzFriend, "bob@example.org"];
/** An account that has been used lately has its files open, those of its text index too. */
const filesOfAccounts = 12 * accounts.length;

export async function fuzz({ seed, seconds, say }: FuzzWish): Promise<FuzzReport> {
  await using siege = await Siege.begin({ accounts });
  const run = new FuzzRun(siege, new Chance(seed));
  // Whose limits the fuzz user changes can be put right by him as well.
  await siege.site.dakghar(`account set ${fuzzUser} --administrator yes`);
  await run.fill();
  const { pid } = siege.server;
  const sockets = openSockets(pid);
  const files = openFiles(pid).length + filesOfAccounts;
  const until = performance.now() + seconds * 1_000;
  await run.hold(
    () => performance.now() < until && run.findings.size < findingsMax,
    (text) => say(`seed ${seed}: ${text}`),
  );
  const findings = [...run.findings.values()];
  for (let waitedMs = 0; openSockets(pid) > sockets && waitedMs < sessionsGoneMsMax; waitedMs += 250) await sleep(250);
  if (openSockets(pid) > sockets) findings.push(`${openSockets(pid) - sockets} connections stay`);
  const open = openFiles(pid);
  if (open.length > files) findings.push(`too much is left open: ${open.join(" ")}`);
  const checked = await siege.site.tryDakghar("check");
  if (checked.code !== 0) findings.push(`the audit found ${checked.out}${checked.err}`);
  return { dialogues: run.dialogues, findings };
}

class FuzzRun {
  readonly #siege: Siege;
  readonly #chance: Chance;
  readonly #corpus: ReadonlyMap<Protocol, readonly (readonly string[])[]>;
  readonly #mails = [...sampleMessages, ...hostileMails()];
  readonly findings = new Map<string, string>();
  dialogues = 0;
  #suspects: Dialogue[] = [];

  constructor(siege: Siege, chance: Chance) {
    this.#siege = siege;
    this.#chance = chance;
    const names = new Map([
      // Not one of those who log in here: wrong passwords would keep them out.
      ["user", "bob@example.org"],
      ["password", "not that one"],
    ]);
    const spoken = spokenLines(names);
    this.#corpus = new Map(
      spokenProtocols.map((protocol) => [
        protocol,
        spoken.filter((one) => one.protocol === protocol).map(({ packets }) => packets),
      ]),
    );
  }

  /** Dialogue after dialogue, some of them at once, while `more` says so. */
  async hold(more: () => boolean, say: (text: string) => void): Promise<void> {
    while (more()) {
      await this.fill();
      const until = this.dialogues + dialoguesBetweenMail;
      let bugs = "";
      const one = async (): Promise<void> => {
        while (more() && this.dialogues < until && bugs === "") {
          if (++this.dialogues % dialoguesBetweenWords === 0)
            say(`${this.dialogues} dialogues, ${this.findings.size} findings, ${this.#mebibytes()} MiB`);
          const dialogue = this.#newDialogue();
          this.#suspects = [...this.#suspects, dialogue].slice(-suspectsMax);
          await this.#speak(dialogue);
          bugs ||= this.#newBugs();
        }
      };
      await Promise.all([...Array.from({ length: atOnce }, one), this.#ask()]);
      if (bugs !== "") await this.#findCulprits(bugs, this.#suspects);
    }
  }

  /** What the dialogues delete is needed again, and what they share or forbid is as it was. */
  async fill(): Promise<void> {
    using user = await ImapClient.logIn(this.#siege.site.at("imaps"), fuzzUser, sitePassword);
    for (const root of ["", `Other Users/${fuzzFriend}`]) await user.run(`SETQUOTA "${root}" ()`);
    using friend = await ImapClient.logIn(this.#siege.site.at("imaps"), fuzzFriend, sitePassword);
    await this.#fillInbox(friend, fuzzUser);
    await this.#fillInbox(user, fuzzFriend);
  }

  async #fillInbox(client: ImapClient, other: string): Promise<void> {
    await client.ok(`DELETEACL INBOX -${other}`);
    await client.ok("DELETEACL INBOX -anyone");
    await client.ok(`SETACL INBOX ${other} lrswipkxtea`);
    await client.run("CREATE Shown");
    await client.run(`SETACL Shown ${other} ${this.#chance.pick(["l", "lr", "lrsi", "lrswite", "ka"])}`);
    const { untagged } = await client.ok("STATUS INBOX (MESSAGES)");
    const there = Number(/MESSAGES (\d+)/.exec(untagged[0]?.text ?? "")?.[1]);
    for (let count = there; count < messagesWanted; count++) {
      const [message = ""] = this.#chance.happens(0.5)
        ? mutated([this.#mail()], [[this.#mail()]], this.#chance)
        : [this.#mail()];
      // Whatever comes of that may be refused.
      await client.run("APPEND INBOX (\\Flagged) ~", Buffer.from(message, "latin1"));
    }
    if (there < 500) return;
    await client.ok("SELECT INBOX");
    await client.ok("UID STORE 1:* +FLAGS.SILENT (\\Deleted)");
    await client.ok("EXPUNGE");
  }

  #mebibytes(): number {
    return Math.round(residentBytes(this.#siege.server.pid) / 1024 / 1024);
  }

  #mail(): string {
    return this.#chance.pick(this.#mails);
  }

  #newDialogue(): Dialogue {
    const chance = this.#chance;
    const protocol = chance.pick([...spokenProtocols, "imap", "imap", "pop3"] as const);
    const corpus = this.#corpus.get(protocol) ?? [];
    const dialogues = Array.from({ length: chance.between(1, dialoguesOfSessionMax) }, () => chance.pick(corpus));
    return {
      protocol,
      entrance: chance.pick(sessionStates[protocol]),
      packets: dialogues.flatMap((packets) => mutated(packets, corpus, chance)),
    };
  }

  async #ask(): Promise<void> {
    const from = performance.now();
    await this.#siege.ask();
    const ms = performance.now() - from;
    if (ms < answerMsMax) return;
    this.findings.set("slow", `another session waited ${Math.round(ms)} ms beside ${told(this.#suspects)}`);
  }

  async #speak({ protocol, entrance, packets }: Dialogue): Promise<void> {
    try {
      using wire = await WireClient.connect(this.#at(protocol), 10_000);
      await wire.line();
      for (const [say, hear] of entrance) {
        await wire.send(say);
        await wire.until(hear);
      }
      for (const packet of packets) await wire.send(packet);
      wire.end();
      await Promise.race([wire.rest(), sleep(farewellMsMax)]);
    } catch (error) {
      assert.ok(!this.#siege.server.over, `the server is gone after one of\n${told(this.#suspects)}`);
      // It may be hung up on at any moment.
      if (!(error instanceof WireClosed) && !isReset(error)) throw error;
    }
  }

  #at(protocol: Protocol): WireEnd {
    const { site } = this.#siege;
    if (protocol === "lmtp") return site.lmtp;
    return site.at(
      protocol === "imap" ? "imaps" : protocol === "pop3" ? "pop3s" : protocol === "smtp" ? "smtp" : "submissions",
    );
  }

  /** One after another, to see which of them it was; when none does it alone, all are told. */
  async #findCulprits(first: string, dialogues: readonly Dialogue[]): Promise<void> {
    let found = false;
    for (const dialogue of dialogues) {
      await this.#speak(dialogue);
      await sleep(50);
      const bugs = this.#newBugs();
      if (bugs !== "") this.#note(bugs, [dialogue]);
      found ||= bugs !== "";
    }
    if (!found) this.#note(first, dialogues);
  }

  #note(bugs: string, dialogues: readonly Dialogue[]): void {
    const kind = /"stack":"[^"]*?\\n\s+at ([^"\\]*)/.exec(bugs)?.[1] ?? bugs.slice(0, 200);
    if (!this.findings.has(kind)) this.findings.set(kind, `${bugs}\n${told(dialogues)}`);
  }

  /** What the log has got of errors since it was last looked at. */
  #newBugs(): string {
    return this.#siege.server
      .takeOutput()
      .split("\n")
      .filter((line) => line.includes('"level":"error"') || /^\s*(?:Error|TypeError|RangeError|node:)/.test(line))
      .join("\n");
  }
}

const sampleMessages = [
  "From: A <a@example.net>\r\nTo: b@example.net\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\nDate: Thu, 15 Jan 2026 12:00:00 +0000\r\n\r\ntext\r\n",
  'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: within\r\n\r\nwithin\r\n--b--\r\n',
  "Subject: চিঠি\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E0=A6=95 <b>x</b>=\r\n\r\n",
  "no header at all",
].map((text) => Buffer.from(text).toString("latin1"));

/** Of the corpus beside the checkout, where there is one. */
function hostileMails(): string[] {
  const folder = join(rootDir, "../shared/corpus/generated/hostile-mime");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".eml"))
    .map((name) => readFileSync(join(folder, name)))
    .filter((bytes) => bytes.length < mailBytesMax)
    .map((bytes) => bytes.toString("latin1"));
}

const toldCharactersMax = 2_000;

function told(dialogues: readonly Dialogue[]): string {
  return dialogues
    .map(({ protocol, entrance, packets }) => {
      const before = entrance.map(([say]) => say.replaceAll(sitePassword, "...")).join("");
      return `${protocol} after ${JSON.stringify(before)}: ${JSON.stringify(packets)}`.slice(0, toldCharactersMax);
    })
    .join("\n");
}

function isReset(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ECONNRESET" || code === "EPIPE";
}
