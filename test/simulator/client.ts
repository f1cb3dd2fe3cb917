// A client of the simulation: what it says waits until it is carried to the server, and what the server says waits until it
// is heard, both in pieces of any size.

import type { Chance } from "../support/chance.ts";
import type { Commit } from "./imap-command.ts";
import type { Account } from "./model.ts";
import type { Pipe } from "./pipe.ts";
import type { Protocol } from "./servers.ts";

/** Who has a unit of work committed for it. */
export interface Committer {
  commit(commit: Commit): void;
}

/** What clients know of the world around them. */
export interface Surroundings {
  readonly account: Account;
  /** Opens a connection to the server of that protocol, which does its work in the name of `by`. */
  connect(protocol: Protocol, pipe: Pipe, by: Committer): void;
  /** For the dialogue that is printed. */
  note(who: string, text: string): void;
}

export interface Habits {
  /** How many octets may wait for the client before the server has to wait. */
  readonly windowBytes: number;
  /** "at-once": what it says arrives, and what is said to it is heard, at once and whole. */
  readonly wire: "at-once" | "scheduled";
}

export abstract class Client {
  readonly name: string;
  readonly habits: Habits;
  protected readonly around: Surroundings;
  protected pipe: Pipe | null = null;
  #unsent: Buffer = Buffer.alloc(0);

  constructor(name: string, around: Surroundings, habits: Habits) {
    this.name = name;
    this.around = around;
    this.habits = habits;
  }

  /** Says the next thing, if it may say something now. */
  abstract act(chance: Chance): void;
  /** Takes what the server said. */
  protected abstract take(octets: Buffer, arrivedBefore: number): void;
  /** The connection is over. */
  protected abstract left(): void;
  /** An answer that must come is still out; what it is about, else null. */
  abstract get waitsFor(): string | null;
  /** All has become quiet: says what it says to leave in good order, if anything. */
  abstract leave(): void;

  get connected(): boolean {
    return this.pipe !== null;
  }

  protected readonly say = (octets: Buffer): void => {
    for (const line of octets.toString("latin1").split("\r\n"))
      if (line !== "") this.around.note(`${this.name}:`, line);
    this.#unsent = this.#unsent.length === 0 ? octets : Buffer.concat([this.#unsent, octets]);
    if (this.habits.wire === "at-once") this.carry(Infinity);
  };

  /** Up to `most` octets of what it said arrive. */
  carry(most: number): void {
    const { pipe } = this;
    if (pipe === null || this.#unsent.length === 0) return;
    const octets = this.#unsent.subarray(0, most);
    this.#unsent = this.#unsent.subarray(octets.length);
    if (this.habits.wire === "scheduled") this.around.note(`${this.name}`, `... ${octets.length} octets arrive`);
    pipe.arrive(octets);
  }

  /** Up to `most` octets of what was said to it are heard. Whether there were any. */
  hear(most: number): boolean {
    const { pipe } = this;
    if (pipe === null) return false;
    const said = pipe.take(most);
    if (said !== undefined) this.take(said.octets, said.arrivedBefore);
    if (pipe.over && this.pipe === pipe) this.#forget();
    return said !== undefined;
  }

  /** The link breaks. */
  cut(): void {
    if (this.pipe === null) return;
    this.around.note(`${this.name}`, "... the connection breaks");
    this.pipe.cut();
    this.#forget();
  }

  get hasUnsent(): boolean {
    return this.#unsent.length > 0 && this.pipe !== null;
  }

  #forget(): void {
    this.pipe = null;
    this.#unsent = Buffer.alloc(0);
    this.left();
  }
}
