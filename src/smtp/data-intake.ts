// Takes a message's data into a letter. Once that fails the rest is read and thrown away, so that the client hears why
// and the connection stays in step; but not for ever.

import { smtpDiscardedBytesMax } from "../base/limits.ts";
import type { Letter } from "../delivery/letter.ts";
import type { LetterWriter } from "../delivery/spool.ts";

/** The client sends on and on: nobody waits for the end of it. */
export class TooMuchData extends Error {}

export class DataIntake {
  readonly #writer: LetterWriter;
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(writer: LetterWriter) {
    this.#writer = writer;
  }

  take(piece: Uint8Array): Promise<void> | undefined {
    this.#bytes += piece.length;
    if (this.#bytes > smtpDiscardedBytesMax) throw new TooMuchData();
    if (this.#failure !== undefined) return undefined;
    try {
      return this.#writer.write(piece)?.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  /** Throws what the writer threw. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Throws what the writer threw. */
  async finish(): Promise<Letter> {
    this.check();
    return await this.#writer.finish();
  }

  /** Drops what is not a letter by now; what is one has its owner. */
  async discard(): Promise<void> {
    await this.#writer.discard();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }
}
