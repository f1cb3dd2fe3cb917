// A message that comes in chunks (RFC 3030 2), between its first BDAT and its last. Once it has failed, what follows is read
// and thrown away, and answered with the same refusal.

import { smtpMessageTimeoutMs } from "../base/limits.ts";
import type { Letter } from "../delivery/letter.ts";
import type { LetterWriter } from "../delivery/spool.ts";
import { DataIntake } from "./data-intake.ts";
import { LineEnds } from "./wire/line-ends.ts";
import type { Reply } from "./wire/reply.ts";

export class ChunkedMessage {
  /** Why it will not be taken. */
  failure: Reply | undefined;
  /** Until when all of it has to be there. */
  readonly latestMs: number;
  readonly #intake: DataIntake;
  readonly #lineEnds = new LineEnds();
  #bytes = 0;

  constructor(writer: LetterWriter, nowMs: number) {
    this.#intake = new DataIntake(writer);
    this.latestMs = nowMs + smtpMessageTimeoutMs;
  }

  /** What has come, thrown away or not. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A CR or LF stood alone somewhere. */
  get bareLineEnds(): boolean {
    return this.#lineEnds.bare;
  }

  take(piece: Uint8Array): Promise<void> | undefined {
    this.#bytes += piece.length;
    if (this.failure !== undefined) return undefined;
    this.#lineEnds.push(piece);
    return this.#intake.take(piece);
  }

  /** Throws what went wrong while it was written. */
  check(): void {
    this.#intake.check();
  }

  async finish(): Promise<Letter> {
    return await this.#intake.finish();
  }

  async discard(): Promise<void> {
    await this.#intake.discard();
  }
}
