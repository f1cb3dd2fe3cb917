// One connection of an IMAP client: what it has asked, what it was told, and the rules of telling (RFC 9051 5.2, 5.5, 7).

import { type Dialect, hearsVanished } from "./dialect.ts";
import { judge } from "./finding.ts";
import type { Answer, Commit, Fetched, Given, ImapCommand } from "./imap-command.ts";
import { type ImapResponse, ImapResponseReader, numbersOf } from "./imap-response.ts";
import type { Account, Floors, Mailbox, Person } from "./model.ts";
import { Picture } from "./picture.ts";
import type { SearchContext } from "./search-context.ts";

export interface Visit {
  readonly account: Account;
  readonly person: Person;
  readonly dialect: Dialect;
}

export class ImapConnection {
  readonly account: Account;
  readonly person: Person;
  readonly dialect: Dialect;
  /** Null while no mailbox is selected. */
  picture: Picture | null = null;
  mode: "read-write" | "read-only" = "read-write";
  /** Whether it hears of others between commands (RFC 5465). */
  notices: "none" | "selected" | "selected-delayed" = "none";
  /** "$" (RFC 5182): UIDs of the last search that saved them. */
  saved: ReadonlySet<number> | null = null;
  /** Searches that it is kept told of, by tag (RFC 5267). */
  readonly contexts = new Map<string, SearchContext>();
  /** Once CONDSTORE is enabled MODSEQ comes with all flags. */
  tellsModSeq: boolean;
  /** The highest mod-sequence that it was told in the mailbox. */
  highestModSeq = 0;
  /** Whether all that is new was told with the last answer, or expunges may be missing. */
  lastTold: "all" | "some" = "some";
  state: "logged-in" | "idling" = "logged-in";
  /** In the order in which they are answered. */
  readonly given: Given[] = [];
  readonly #refusedContexts = new Set<string>();
  readonly #reader = new ImapResponseReader();
  readonly #say: (octets: Buffer) => void;
  #said = 0;
  #tags = 0;

  constructor({ account, person, dialect }: Visit, say: (octets: Buffer) => void) {
    this.account = account;
    this.person = person;
    this.dialect = dialect;
    this.tellsModSeq = dialect.resumes;
    this.#say = say;
  }

  /** As the mailbox is called by who has logged in. */
  spell(name: string): string {
    return this.person === "alice" ? name : `"Other Users/alice@example.org/${name}"`;
  }

  /** Its numbers may change at any moment, or mean nothing. */
  get namesByUid(): boolean {
    return this.dialect.numbers === "uid-only" || this.notices === "selected";
  }

  give(command: ImapCommand): void {
    const tag = `t${++this.#tags}`;
    const pieces = command.words.map((word) =>
      typeof word === "string"
        ? Buffer.from(word, "latin1")
        : Buffer.concat([Buffer.from(`{${word.length}+}\r\n`), word]),
    );
    const octets = Buffer.concat([Buffer.from(`${tag} `), ...pieces, Buffer.from("\r\n")]);
    this.given.push({
      tag,
      command,
      floors: this.account.floors(),
      namesFloor: this.account.namesAnswered,
      firstOctet: this.#said,
      commit: null,
    });
    this.say(octets);
  }

  say(octets: Buffer): void {
    this.#said += octets.length;
    this.#say(octets);
  }

  /** RFC 9051 5.5: whether `command` may be given before those under way are answered. */
  mayGive(command: ImapCommand): boolean {
    if (this.given.length === 0) return true;
    if (command.company === "alone" || this.given.some((one) => one.command.company === "alone")) return false;
    // Whose commit is whose must be plain.
    const writers = [...this.given.map((one) => one.command), command].filter(({ writes }) => writes !== "none");
    if (writers.length > 1 && writers.some(({ writes }) => writes === "maybe")) return false;
    // Numbers must still mean the same when the command's turn comes.
    return command.numbering !== "seq" || this.given.every((one) => one.command.expunges === "kept");
  }

  commit(commit: Commit): void {
    const writer = this.given.find(
      ({ command: { writes }, commit: done }) => writes === "maybe" || (writes === "one" && done === null),
    );
    judge(writer?.command.commit !== undefined, () => `a change of the account that nobody asked for`);
    writer.commit = commit.number;
    writer.command.commit(commit);
  }

  /** A mailbox is selected, of which so much has been told. */
  enter(mailbox: Mailbox, mode: "read-write" | "read-only", told: ReadonlyMap<string, number>): void {
    this.mode = mode;
    this.highestModSeq = 0;
    this.saved = null;
    this.contexts.clear();
    this.picture = new Picture(this.account, mailbox, { person: this.person, numbers: this.dialect.numbers });
    this.picture.hearExists(told.get("EXISTS") ?? 0);
    const recent = told.get("RECENT");
    if (recent !== undefined) this.#hearRecent(recent);
  }

  /** Is kept told of that search from now on; some updates have come already. */
  follow(tag: string, context: SearchContext, updates: readonly string[]): void {
    for (const text of updates) context.hear(text);
    if (!this.#refusedContexts.has(tag)) this.contexts.set(tag, context);
  }

  *hear(octets: Buffer, arrivedBefore: number): Generator<string> {
    for (const response of this.#reader.read(octets, arrivedBefore)) {
      yield response.text;
      this.#take(response);
    }
  }

  #take(response: ImapResponse): void {
    const { text } = response;
    const [, tag = "", status = "", code = "", words = ""] =
      /^(t\d+) (OK|NO|BAD) (?:\[([^\]]*)\] )?(.*)$/s.exec(text) ?? [];
    if (tag !== "") return this.#answered(tag, { status: status as Answer["status"], code, text: words });
    const now = this.#inProgress(response);
    if (this.picture === null && now?.command.enters === true) return now.command.told?.(response, now);
    const [, number = "", what = "", items = ""] =
      /^\* (\d+) (EXISTS|RECENT|EXPUNGE|FETCH|UIDFETCH)(?: \((.*)\))?$/s.exec(text) ?? [];
    if (what === "EXISTS") this.#selected(text).hearExists(Number(number));
    else if (what === "RECENT") this.#hearRecent(Number(number));
    else if (what === "EXPUNGE") this.#hearExpunge(Number(number), text, now);
    else if (what === "FETCH") this.#hearFetch({ seq: Number(number), items, literals: response.literals }, now);
    else if (what === "UIDFETCH") this.#hearUidFetch(Number(number), { items, literals: response.literals }, now);
    else if (text.startsWith("* VANISHED ")) this.#hearVanished(response, now);
    else {
      const highest = /^\* OK \[HIGHESTMODSEQ (\d+)\]/.exec(text)?.[1];
      if (highest !== undefined) this.highestModSeq = Math.max(this.highestModSeq, Number(highest));
      this.#hearContext(text);
      this.given[0]?.command.told?.(response, this.given[0]);
    }
  }

  #hearContext(text: string): void {
    const tag = /^\* ESEARCH \(TAG "(t\d+)"\) UID (?:ADDTO|REMOVEFROM)/.exec(text)?.[1];
    const refused = /^\* NO \[NOUPDATE "(t\d+)"\]/.exec(text)?.[1];
    if (tag !== undefined) this.contexts.get(tag)?.hear(text);
    if (refused !== undefined) this.#refusedContexts.add(refused);
  }

  /** The command that the server can be at work on when it said this. */
  #inProgress({ arrivedBefore }: ImapResponse): Given | undefined {
    const first = this.given[0];
    return first !== undefined && arrivedBefore > first.firstOctet ? first : undefined;
  }

  #answered(tag: string, answer: Answer): void {
    const given = this.given.shift();
    judge(given?.tag === tag, () => `an answer to ${tag}, when one to ${given?.tag} is due`);
    judge(!answer.code.startsWith("SERVERBUG"), () => `a bug of the server: ${answer.text}`);
    const highest = /HIGHESTMODSEQ (\d+)/.exec(answer.code)?.[1];
    if (highest !== undefined) this.highestModSeq = Math.max(this.highestModSeq, Number(highest));
    if (given.commit !== null) this.account.wasAnswered(given.commit);
    const { command } = given;
    if (command.answered === undefined)
      judge(answer.status === "OK", () => `${tag} is answered ${answer.status} ${answer.text}`);
    command.answered?.(answer, given);
    this.lastTold = answer.status === "OK" && command.expunges === "told" ? "all" : "some";
    if (answer.status === "OK") this.#caughtUp(given);
  }

  #caughtUp({ command, floors }: Given): void {
    // RFC 9051 5.2, and here of flags too: what was answered before the command was given is told with it at the latest.
    this.picture?.judgeFresh(floors, command.expunges);
    if (this.picture !== null && command.expunges === "told") this.#judgeContexts(this.picture, floors);
  }

  // RFC 5267 4.3: what is told of the mailbox and what is told of its searches belong together.
  #judgeContexts(picture: Picture, floors: Floors): void {
    const { mailbox } = picture;
    const moments = this.account.momentsFrom(floors(mailbox)).filter((at) => picture.isMailboxAt(at));
    for (const context of this.contexts.values())
      judge(
        moments.some((at) => context.isRightAt(mailbox, at)),
        () => context.describe(mailbox, this.account.commit),
      );
  }

  #selected(text: string): Picture {
    judge(this.picture !== null, () => `${text} where no mailbox is selected`);
    return this.picture;
  }

  // RFC 9051 7.5.1: "An EXPUNGE response MUST NOT be sent when no command is in progress, nor while responding to a FETCH,
  // STORE, or SEARCH command", which RFC 7162 3.2.10 says of VANISHED too.
  #mayLose(text: string, now: Given | undefined): void {
    // RFC 5465 5.2, 5.3: MessageExpunge of SELECTED comes at any time.
    if (this.notices === "selected") return;
    judge(now !== undefined, () => `${text} when no command is in progress`);
    judge(
      now.command.expunges === "told",
      () => `${text} while ${now.tag} is answered, which names messages by number`,
    );
  }

  #hearExpunge(seq: number, text: string, now: Given | undefined): void {
    this.#mayLose(text, now);
    judge(
      !hearsVanished(this.dialect),
      () => `${text} to a client that is to hear VANISHED (RFC 7162 3.2.10, RFC 9586 3)`,
    );
    this.#selected(text).hearExpunge(seq);
  }

  #hearVanished(response: ImapResponse, now: Given | undefined): void {
    const { text } = response;
    judge(hearsVanished(this.dialect), () => `${text} to a client that has not enabled QRESYNC`);
    if (text.startsWith("* VANISHED (EARLIER) ")) return now?.command.told?.(response, now);
    this.#mayLose(text, now);
    this.#selected(text).hearVanished(numbersOf(text.slice("* VANISHED ".length)));
  }

  // RFC 3501 7.3.2, and RFC 9051 Appendix E: IMAP4rev2 has none.
  #hearRecent(count: number): void {
    const picture = this.#selected("RECENT");
    judge(this.dialect.recent === "told", () => `RECENT to a client that has enabled IMAP4rev2`);
    judge(count <= picture.exists, () => `RECENT ${count}, of ${picture.exists} messages`);
    judge(count >= picture.recent.size, () => `RECENT ${count}, and ${picture.recent.size} messages were told so`);
  }

  // RFC 9586 3.3: the same with the UID in place of the number.
  #hearUidFetch(uid: number, told: Pick<Fetched, "items" | "literals">, now: Given | undefined): void {
    judge(this.dialect.numbers === "uid-only", () => `UIDFETCH to a client that has not enabled UIDONLY`);
    const seq = this.#selected(`UID ${uid}`).learnUid(uid);
    this.#hearItems({ ...told, seq }, uid, now);
  }

  #hearFetch(response: Pick<Fetched, "seq" | "items" | "literals">, now: Given | undefined): void {
    const { seq, items } = response;
    judge(this.dialect.numbers === "seq", () => `FETCH ${seq} to a client that has enabled UIDONLY`);
    const uid = numberIn(items, /\bUID (\d+)/);
    judge(
      now !== undefined || uid !== null,
      () => `message ${seq} is told without its UID, and nobody asked (RFC 9051 7.5.2)`,
    );
    this.#hearItems(response, uid, now);
  }

  #hearItems(response: Pick<Fetched, "seq" | "items" | "literals">, uid: number | null, now: Given | undefined): void {
    const { seq, items } = response;
    const picture = this.#selected(`message ${seq}`);
    const flags = /\bFLAGS \(([^)]*)\)/.exec(items)?.[1] ?? null;
    const modSeq = numberIn(items, /\bMODSEQ \((\d+)\)/);
    if (modSeq !== null) this.highestModSeq = Math.max(this.highestModSeq, modSeq);
    const message = picture.messageAt(seq, uid);
    if (message !== undefined) {
      if (flags !== null || modSeq !== null)
        picture.hearFlags(message, { uid, flags, modSeq }, now?.floors(picture.mailbox) ?? null);
      if (flags !== null) this.#hearRecentFlag(message.uid, flags);
      const size = numberIn(items, /\bRFC822\.SIZE (\d+)/);
      judge(
        size === null || size === message.content.size,
        () => `UID ${message.uid} has ${message.content.size} octets, not ${size}`,
      );
    }
    now?.command.fetched?.({ ...response, message }, now);
  }

  #hearRecentFlag(uid: number, flags: string): void {
    const isRecent = flags.includes("\\Recent");
    judge(!isRecent || this.dialect.recent === "told", () => `\\Recent to a client that has enabled IMAP4rev2`);
    const { picture } = this;
    if (picture === null || this.mode === "read-only" || this.person === "bob") return;
    judge(isRecent || !picture.recent.has(uid), () => `UID ${uid} is \\Recent no more within one session`);
    if (!isRecent) return;
    picture.recent.add(uid);
    const message = picture.mailbox.message(uid);
    if (message === undefined) return;
    // RFC 3501 2.3.2: "This session is the first session to have been notified about this message".
    judge(message.recentFor === null || message.recentFor === this, () => `UID ${uid} is \\Recent in two sessions`);
    message.recentFor = this;
  }
}

function numberIn(items: string, label: RegExp): number | null {
  const found = label.exec(items)?.[1];
  return found === undefined ? null : Number(found);
}
