// Takes a message off the wire, straight to the disk: for APPEND and for REPLACE, which takes what APPEND takes (RFC 8508 3.4).
// With CATENATE (RFC 4469) it is put together of what the client sends and of what the account holds.

import type { AppendItem, MessageSink, StagedMessage } from "../mailbox/appending.ts";
import { encodeNul } from "../mime/encode-nul.ts";
import { refuse } from "../model/problem.ts";
import type { CommandPart, Dialogue } from "./command.ts";
import type { Authenticated, Selected } from "./session.ts";
import { readStructure, Structures } from "./structures.ts";
import { urlOctets } from "./url-octets.ts";
import { type AppendMessage, readAppendMessageEnd } from "./wire/append-args.ts";
import { octet } from "./wire/octets.ts";
import { SyntaxFault } from "./wire/syntax-fault.ts";

export interface TakenMessage {
  readonly item: AppendItem;
  /** What follows it. */
  readonly next: CommandPart;
}

/** The message that begins with `part`. */
export async function takeMessage(
  session: Authenticated | Selected,
  described: AppendMessage,
  part: CommandPart,
  dialogue: Dialogue,
): Promise<TakenMessage> {
  const filling = new Filling(session, dialogue);
  const { flags, internalDateMs } = described;
  try {
    const next = described.form === "catenated" ? await filling.takeParts(part) : await filling.takeWhole(part);
    readAppendMessageEnd(next.args, described);
    const message = await filling.finish();
    return { item: { message, flags, ...(internalDateMs === null ? {} : { internalDateMs }) }, next };
  } catch (error) {
    await filling.discard();
    throw error;
  }
}

/** A message that is being written. */
class Filling {
  readonly #session: Authenticated | Selected;
  readonly #dialogue: Dialogue;
  readonly #structures = new Structures();
  #sink: MessageSink | null = null;
  #bytes = 0;
  #hasNul = false;

  constructor(session: Authenticated | Selected, dialogue: Dialogue) {
    this.#session = session;
    this.#dialogue = dialogue;
  }

  async takeWhole(part: CommandPart): Promise<CommandPart> {
    // RFC 3502 6.3.11: a literal of no octets abandons the whole command.
    if (part.literal?.bytes === 0) throw new SyntaxFault("An empty message", "NO");
    return this.#takeLiteral(part);
  }

  /** RFC 4469 5: `cat-part *(SP cat-part) ")"`. */
  async takeParts(first: CommandPart): Promise<CommandPart> {
    let part = await this.#takePart(first);
    while (!part.args.take(octet.close)) {
      part.args.space();
      part = await this.#takePart(part);
    }
    if (this.#bytes === 0) throw new SyntaxFault("An empty message", "NO");
    return part;
  }

  async finish(): Promise<StagedMessage> {
    if (this.#sink === null) throw new Error("a message without octets");
    const message = await this.#sink.finish();
    return this.#hasNul ? this.#withoutNul(message) : message;
  }

  /** Where no encoding reaches it, NUL stays: who brings mail from elsewhere must not lose a message for an octet. */
  async #withoutNul(message: StagedMessage): Promise<StagedMessage> {
    const octets = await encodeNul(await readStructure(message.body), message.body);
    if (octets === null) return message;
    const before = this.#sink;
    this.#sink = this.#session.mail.newMessage();
    for await (const piece of octets) await this.#sink.write(piece);
    await before?.discard();
    return this.#sink.finish();
  }

  async discard(): Promise<void> {
    await this.#sink?.discard();
  }

  /** `"TEXT" SP literal / "URL" SP astring`. */
  async #takePart(part: CommandPart): Promise<CommandPart> {
    const { args } = part;
    if (args.takeWord("TEXT")) {
      args.space();
      if (!args.atEnd) throw new SyntaxFault("TEXT is a literal");
      return this.#takeLiteral(part);
    }
    if (!args.takeWord("URL")) throw new SyntaxFault("Expected TEXT or URL");
    args.space();
    // The URL itself may be a literal.
    const holding = args.atEnd && part.literal !== null ? await this.#dialogue.bufferLiteral() : part;
    for await (const octets of urlOctets(this.#session, holding.args.astring(), this.#structures)) {
      this.#makeRoom(octets.length);
      await this.#write(octets);
    }
    return holding;
  }

  async #takeLiteral({ literal }: CommandPart): Promise<CommandPart> {
    if (literal === null) throw new SyntaxFault("A message is missing");
    // Refused before the client has sent it.
    this.#makeRoom(literal.bytes);
    for await (const piece of this.#dialogue.pieces()) await this.#write(piece);
    return this.#dialogue.nextPart();
  }

  /** RFC 4469 4.2: TOOBIG for what has become too large, too. */
  #makeRoom(bytes: number): void {
    const limitBytes = this.#session.link.appendLimitBytes;
    this.#bytes += bytes;
    if (this.#bytes > limitBytes) throw refuse({ kind: "message-too-large", limitBytes });
  }

  #write(octets: Uint8Array): Promise<void> | undefined {
    this.#sink ??= this.#session.mail.newMessage();
    this.#hasNul ||= octets.includes(0);
    return this.#sink.write(octets);
  }
}
