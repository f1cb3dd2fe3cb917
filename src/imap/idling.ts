// What happens while a client is in IDLE (RFC 9051 6.3.13): news is told as it comes. Made of callbacks, since whoever waits
// by `await` holds a frame, a promise and what hangs on them, and ten thousand clients idle most of the time.

import type { Authenticated, Selected } from "./session.ts";
import type { CommandHead } from "./wire/command-head.ts";

export class Idling implements Disposable {
  /** Of the IDLE command. */
  readonly head: CommandHead;
  readonly #tell: () => Promise<void>;
  readonly #listening: Disposable | undefined;
  readonly #hearing: Disposable | undefined;
  readonly #notified: Disposable | undefined;
  #telling: Promise<void> | undefined;
  #more = false;

  /** `tell` must not reject. It is called once at the beginning, and then whenever there is news, one call at a time. */
  constructor(head: CommandHead, session: Authenticated | Selected, tell: () => Promise<void>) {
    this.head = head;
    this.#tell = tell;
    const { metadataNews, notifier } = session.features;
    const wake = (): void => this.#wake();
    this.#wake();
    if (session.state === "selected") this.#listening = session.mailbox.onNews(wake);
    this.#hearing = metadataNews?.onNews(wake);
    this.#notified = notifier?.onNews(wake);
  }

  /** Resolves when nothing is being told any more. */
  async told(): Promise<void> {
    await this.#telling;
  }

  [Symbol.dispose](): void {
    this.#more = false;
    this.#listening?.[Symbol.dispose]();
    this.#hearing?.[Symbol.dispose]();
    this.#notified?.[Symbol.dispose]();
  }

  #wake(): void {
    this.#more = true;
    this.#telling ??= this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    while (this.#more) {
      this.#more = false;
      await this.#tell();
    }
    this.#telling = undefined;
  }
}
