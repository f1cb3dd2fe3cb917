// An IMAP client: comes, works, idles, leaves or is cut off, and comes back with what it kept.

import type { Chance } from "../support/chance.ts";
import { Client, type Habits, type Surroundings } from "./client.ts";
import { judgeBody } from "./commands/fetch.ts";
import { selectCommand, selectOf } from "./commands/select.ts";
import { type Dialect, type DialectName, dialects } from "./dialect.ts";
import { judge } from "./finding.ts";
import { plainCommand } from "./imap-command.ts";
import { ImapConnection } from "./imap-connection.ts";
import { type Keepsake, keepsakeOf } from "./keepsake.ts";
import type { Mailbox, Person } from "./model.ts";
import { Pipe } from "./pipe.ts";
import { nextCommand } from "./repertoire.ts";

export class ImapClient extends Client {
  readonly #dialects: readonly DialectName[];
  /** Of all QRESYNC clients: whoever comes back may come from any past state. */
  readonly #kept: Keepsake[];
  readonly #person: Person;
  session: ImapConnection | null = null;

  constructor(
    name: string,
    around: Surroundings,
    habits: Habits & { dialects: readonly DialectName[]; person: Person; kept: Keepsake[] },
  ) {
    super(name, around, habits);
    this.#dialects = habits.dialects;
    this.#kept = habits.kept;
    this.#person = habits.person;
  }

  override act(chance: Chance): void {
    const session = this.session ?? this.#come(dialects[chance.pick(this.#dialects)], chance);
    if (session.state === "idling") {
      if (chance.happens(0.6)) this.#endIdle(session);
      return;
    }
    if (session.given.length > 0 && chance.happens(0.4)) return;
    if (chance.happens(0.01)) return this.cut();
    const command = nextCommand(session, chance, this.#kept);
    if (command !== null && session.mayGive(command)) session.give(command);
  }

  #come(dialect: Dialect, chance: Chance): ImapConnection {
    const session = this.#logIn(dialect);
    session.give(selectCommand(session, chance, this.#kept));
    return session;
  }

  /** Comes to see whether the mailbox is as it must be: with what was kept, or asking for everything. */
  visit(mailbox: Mailbox, keepsake: Keepsake | null): void {
    const session = this.#logIn(dialects.qresync);
    session.give(
      selectOf(session, mailbox.name, { keepsake, mode: "read-only", wording: (keepsake?.modSeq ?? 0) % 2 }),
    );
    if (keepsake !== null || mailbox.at(session.account.commit).length === 0) return;
    const items = "(UID FLAGS MODSEQ RFC822.SIZE BODY.PEEK[])";
    session.give(plainCommand(`FETCH 1:* ${items}`, { expunges: "kept", fetched: judgeBody }));
  }

  judgeVisit(): void {
    const { picture, account } = this.session ?? {};
    judge(picture?.isMailboxAt(account?.commit ?? 0) === true, () => "who comes anew does not see the mailbox");
    const hasHeard = (uid: number | null): boolean => uid !== null && picture.told.has(uid);
    judge(account?.isLimited === true || picture.uids.every(hasHeard), () => "who comes anew does not see everything");
    picture.judgeFresh(() => account?.commit ?? 0, "told");
  }

  #logIn(dialect: Dialect): ImapConnection {
    const pipe = new Pipe(this.habits.windowBytes);
    const session = new ImapConnection({ account: this.around.account, person: this.#person, dialect }, this.say);
    this.pipe = pipe;
    this.session = session;
    this.around.note(`${this.name}`, "... connects");
    this.around.connect("imap", pipe, session);
    const alone = { company: "alone" } as const;
    session.give(plainCommand(`LOGIN ${this.#person}@example.org secret`, alone));
    const feature = dialect.enables;
    if (feature !== null) session.give(plainCommand(`ENABLE ${feature}`, alone));
    return session;
  }

  #endIdle(session: ImapConnection): void {
    session.state = "logged-in";
    session.say(Buffer.from("DONE\r\n"));
  }

  protected override take(octets: Buffer, arrivedBefore: number): void {
    const { session } = this;
    if (session === null) return;
    const before = session.given.length;
    for (const text of session.hear(octets, arrivedBefore)) this.around.note(`${this.name}<`, text);
    // What it has heard of all is a state that it may come back from.
    if (session.given.length === 0 && before > 0 && session.lastTold === "all") {
      const kept = keepsakeOf(session);
      if (kept !== null) this.#kept.push(kept);
    }
  }

  protected override left(): void {
    this.session = null;
  }

  override get waitsFor(): string | null {
    const { session } = this;
    const first = session?.given[0];
    if (first === undefined || session?.state === "idling") return null;
    return first.command.words.map((word) => (typeof word === "string" ? word : "{...}")).join("");
  }

  /** Asks for what is new, in whatever it does. Judges what it has heard while it idled. */
  override leave(): void {
    const { session } = this;
    if (session === null) return;
    const { commit } = this.around.account;
    const hears = session.state === "idling" ? "selected" : session.notices;
    if (hears !== "none") session.picture?.judgeFresh(() => commit, hears === "selected" ? "told" : "kept");
    if (session.state === "idling") this.#endIdle(session);
    else session.give(plainCommand("NOOP", { company: "alone" }));
  }
}
