// Runs a transcript against the protocols of a post office, on an account of its own.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AccountMail } from "../../src/mailbox/mail.ts";
import { type FlagSet, flagSet, systemFlagBit } from "../../src/model/flags.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import { stage } from "./embedded.ts";
import { memoryPassword } from "./memory-directory.ts";
import type { PostOffice, Protocol } from "./post-office.ts";
import { type Expect, type Fixture, type Step, type Transcript, unescape } from "./transcript-parser.ts";
import {
  elided,
  exactLine,
  exactOctets,
  filledIn,
  type Names,
  octetText,
  type Pattern,
  readable,
} from "./transcript-pattern.ts";
import { type Cutting, TranscriptSession, uncut } from "./transcript-session.ts";

export interface RunOptions {
  readonly cutting?: Cutting;
  /** "pipelined": what one client says in a row goes out at once, and is answered after. */
  readonly order?: "in-turn" | "pipelined";
}

/** Runs it; throws where something else is heard than expected. Answers where the clients' bytes may be cut. */
export async function runTranscript(
  office: PostOffice,
  transcript: Transcript,
  { cutting = uncut, order = "in-turn" }: RunOptions = {},
): Promise<readonly number[]> {
  office.directory.clear();
  await furnish(office, transcript);
  const run = new Run(office, transcript, cutting);
  try {
    for (const step of order === "pipelined" ? saidFirst(transcript.steps) : transcript.steps) await run.step(step);
    await run.end();
  } finally {
    run.leave();
    await office.quiet();
  }
  if (office.faults.length > 0) {
    const [fault] = office.faults.splice(0);
    throw new Error(`${transcript.path}: the server has failed`, { cause: fault });
  }
  return run.places;
}

/** Within each client's turn, all that it says comes before what it hears. Handshakes and ends stay where they are. */
function saidFirst(steps: readonly Step[]): readonly Step[] {
  const ordered: Step[] = [];
  let heard: Step[] = [];
  let session = "";
  for (const step of steps) {
    const goesOn =
      step.session === session && (step.kind === "expect" || (step.kind === "say" && step.preamble.length === 0));
    if (!goesOn) ordered.push(...heard.splice(0));
    session = step.session;
    if (step.kind === "expect") heard.push(step);
    else ordered.push(step);
    // What is heard before anything was said is the greeting.
    if (ordered.at(-1)?.session !== session) ordered.push(...heard.splice(0));
  }
  return [...ordered, ...heard];
}

/** What a client does before its first line in a transcript. */
type Preamble = (session: TranscriptSession, words: string) => Promise<void>;

const preambles: Readonly<Record<Protocol, Preamble>> = {
  pop3: async (session, words) => {
    const user = /^logged in(?: as (\w+))?$/.exec(words);
    if (user === null) throw new Error(`POP3 has no (${words})`);
    await session.send([`USER ${user[1] ?? "alice"}@example.org\r\nPASS ${memoryPassword}\r\n`]);
    await session.expect(elided("+OK ... +OK", new Map()));
  },
  imap: async (session, words) => {
    const found = /^(?:logged in(?: as (\S+))?|selected (.+))$/.exec(words);
    if (found === null) throw new Error(`IMAP has no (${words})`);
    const user = octetText(`${found[1] ?? "alice"}@example.org`);
    await session.send([`p1 LOGIN {${user.length}+}\r\n${user} ${memoryPassword}\r\n`]);
    await session.expect(elided("p1 OK", new Map()));
    if (found[2] === undefined) return;
    await session.send([`p2 SELECT ${octetText(found[2])}\r\n`]);
    await session.expect(elided("... p2 OK", new Map()));
  },
  smtp: greeted,
  submission: async (session, words) => {
    const user = /^logged in(?: as (\w+))?$/.exec(words);
    if (user === null) return await greeted(session, words);
    await greeted(session, "greeted");
    const response = Buffer.from(`\0${user[1] ?? "alice"}@example.org\0${memoryPassword}`).toString("base64");
    await session.send([`AUTH PLAIN ${response}\r\n`]);
    await session.expect(elided("235", new Map()));
  },
  lmtp: greeted,
};

async function greeted(session: TranscriptSession, words: string): Promise<void> {
  const verb = { greeted: "EHLO", "greeted in LMTP": "LHLO" }[words];
  if (verb === undefined) throw new Error(`SMTP has no (${words})`);
  await session.send([`${verb} client.example.net\r\n`]);
  await session.expect(elided("... 250 ", new Map()));
}

/** Between all bytes; of a very long line only at its ends. */
function placesIn(text: string): number[] {
  const places = Array.from({ length: text.length - 1 }, (_, at) => at + 1);
  return places.length < 1_000 ? places : [...places.slice(0, 100), ...places.slice(-100)];
}

const greetings: Readonly<Record<Protocol, string>> = {
  pop3: "+OK",
  imap: "* ",
  smtp: "220",
  submission: "220",
  lmtp: "220",
};

class Run {
  readonly #office: PostOffice;
  readonly #transcript: Transcript;
  readonly #cutting: Cutting;
  readonly #sessions = new Map<string, TranscriptSession>();
  readonly #names: Names = new Map([
    ["user", "alice@example.org"],
    ["password", memoryPassword],
  ]);
  #bytesSent = 0;
  readonly places: number[] = [];

  constructor(office: PostOffice, transcript: Transcript, cutting: Cutting) {
    this.#office = office;
    this.#transcript = transcript;
    this.#cutting = cutting;
  }

  async step(step: Step): Promise<void> {
    try {
      await this.#take(step, await this.#sessionOf(step));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${this.#transcript.path}:${step.line} ${why}`, { cause });
    }
  }

  /** Nobody may have heard more than the transcript tells. */
  async end(): Promise<void> {
    for (const [name, session] of this.#sessions) {
      const unasked = await session.unasked();
      if (unasked !== "") throw new Error(`${this.#transcript.path}: ${name} also heard ${readable(unasked)}`);
    }
  }

  leave(): void {
    for (const session of this.#sessions.values()) session.drop();
  }

  async #take(step: Step, session: TranscriptSession): Promise<void> {
    switch (step.kind) {
      case "say": {
        const protocol = this.#protocolOf(step);
        for (const words of step.preamble) await preambles[protocol](session, words);
        if (step.text === "" && step.preamble.length > 0) return;
        const text = step.raw ? unescape(step.text) : `${filledIn(step.text, this.#names)}\r\n`;
        await session.send(this.#cutting(text, this.#bytesSent));
        for (const place of placesIn(text)) this.places.push(this.#bytesSent + place);
        this.#bytesSent += text.length;
        return;
      }
      case "expect": {
        for (const [name, value] of await session.expect(this.#patternOf(step))) this.#names.set(name, value);
        return;
      }
      case "closed":
        return await session.expectClosed();
      case "act":
        if (step.action === "tls") await session.startTls();
        else if (step.action === "deflate") session.startDeflate();
        else if (step.action === "drop") {
          session.drop();
          this.#sessions.delete(step.session);
        } else if (step.action === "end") session.end();
    }
  }

  #patternOf({ match, text }: Expect): Pattern {
    if (match === "exact") return exactLine(text);
    return match === "raw" ? exactOctets(unescape(text)) : elided(text, this.#names);
  }

  async #sessionOf(step: Step): Promise<TranscriptSession> {
    const known = this.#sessions.get(step.session);
    if (known !== undefined) return known;
    const protocol = this.#protocolOf(step);
    const session = await TranscriptSession.connect(await this.#office.portOf(protocol, this.#transcript.policy));
    this.#sessions.set(step.session, session);
    // A transcript that is about the greeting expects it.
    if (step.kind !== "expect") await session.expect(elided(greetings[protocol], new Map()));
    return session;
  }

  #protocolOf({ session }: Step): Protocol {
    const protocol = this.#transcript.protocols.get(session);
    if (protocol === undefined) throw new Error(`what does ${session} speak?`);
    return protocol;
  }
}

/** Makes the accounts that the transcript names: alice always. */
async function furnish(office: PostOffice, { path, fixtures }: Transcript): Promise<void> {
  for (const owner of new Set(["alice", ...fixtures.map((fixture) => fixture.owner)])) {
    const address = `${owner}@example.org`;
    const id = await office.newAccount(address);
    const own = fixtures.filter((fixture) => fixture.owner === owner);
    const trash = own.some((fixture) => fixture.kind === "pop3Deletion" && fixture.deletion === "trash");
    const disabled = own.some(({ kind }) => kind === "disabled");
    const withoutCapabilities = own.flatMap((fixture) => (fixture.kind === "without" ? fixture.capabilities : []));
    const administrator = own.some(({ kind }) => kind === "administrator");
    const settings = { pop3Deletion: trash ? "trash" : "expunge", withoutCapabilities, administrator } as const;
    office.directory.set(id, address, settings, disabled ? "disabled" : "enabled");
    using account = await office.openMail(id);
    for (const fixture of own) await place(account, fixture, path);
  }
}

async function place(account: AccountMail, fixture: Fixture, path: string): Promise<void> {
  switch (fixture.kind) {
    case "mailbox":
      await account.create(mailboxName(fixture.name));
      return;
    case "quota":
      await account.changeQuota(fixture.change);
      return;
    case "messages":
      return await append(
        account,
        fixture,
        Array.from({ length: fixture.count }, (_, at) => sampleMessage(at + 1)),
      );
    case "message":
      return await append(account, fixture, [Buffer.from(fixture.text, "latin1")]);
    case "file":
      return await append(account, fixture, [readFileSync(join(dirname(path), fixture.path))]);
    case "pop3Deletion":
    case "without":
    case "disabled":
    case "administrator":
    case "empty":
  }
}

async function append(
  account: AccountMail,
  { mailbox, flags }: { readonly mailbox: string; readonly flags: readonly string[] },
  messages: readonly Uint8Array[],
): Promise<void> {
  const { id } = await account.find(mailboxName(mailbox));
  const items = [];
  for (const message of messages) {
    items.push({
      message: await stage(account, message),
      flags: flagsOf(flags),
      internalDateMs: Date.UTC(2026, 0, 15),
    });
  }
  await account.append(id, items);
}

/** 168 bytes for numbers of one digit. */
function sampleMessage(number: number): Uint8Array {
  const lines = [
    "From: Sender <sender@example.net>",
    "To: alice@example.org",
    `Subject: message ${number}`,
    `Message-ID: <${number}@example.net>`,
    `Date: Thu, 15 Jan 2026 12:00:0${number % 10} +0000`,
    "",
    `This is message ${number}.`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n`);
}

function flagsOf(names: readonly string[]): FlagSet {
  let bits = 0;
  const keywords: string[] = [];
  for (const name of names) {
    const bit = systemFlagBit(name);
    if (bit === undefined) keywords.push(name);
    else bits |= bit;
  }
  return flagSet(bits, keywords);
}
