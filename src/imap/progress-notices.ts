// When a client is told that its command is still being worked on (RFC 9585 4: "it is RECOMMENDED that these are sent every
// 10-15 seconds"). Looks once in five seconds, and only while commands come: an idle session has no timer.
//
// A client that has closed its half of the connection is told at each look. Whether it still listens (RFC 9293 3.6) or is gone is
// found out by writing alone, and nobody works for long for one that is gone.

import { imapProgressLookMs } from "../base/limits.ts";
import type { Connection } from "../net/connection.ts";
import type { Timed } from "../net/deadline-wheel.ts";

export class ProgressNotices implements Timed, Disposable {
  dueTick = Infinity;
  wheelSlot = -1;
  readonly #client: Pick<Connection, "halfOpen" | "wheel">;
  readonly #tell: () => void;
  #atWork = false;
  #commands = 0;
  /** The command that was at work at the last look, and for how many looks it has been without a word. */
  #seen = 0;
  #looks = 0;

  constructor(client: Pick<Connection, "halfOpen" | "wheel">, tell: () => void) {
    this.#client = client;
    this.#tell = tell;
  }

  /** A command is being worked on from now on. */
  begin(): void {
    this.#atWork = true;
    this.#commands++;
    if (this.wheelSlot >= 0) return;
    this.#seen = this.#commands;
    this.#looks = 0;
    this.dueTick = this.#client.wheel.tickAfter(imapProgressLookMs);
    this.#client.wheel.add(this);
  }

  end(): void {
    this.#atWork = false;
  }

  expire(): void {
    if (!this.#atWork) return this.#client.wheel.remove(this);
    this.dueTick = this.#client.wheel.tickAfter(imapProgressLookMs);
    this.#looks = this.#seen === this.#commands ? this.#looks + 1 : 0;
    this.#seen = this.#commands;
    if (this.#looks < (this.#client.halfOpen ? 1 : 2)) return;
    this.#looks = 0;
    this.#tell();
  }

  [Symbol.dispose](): void {
    this.#client.wheel.remove(this);
  }
}
