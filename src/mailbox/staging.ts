// A message on its way in: hashed, parsed and written while its bytes arrive, so that filing it is one transaction.

import { messageBytesMax } from "../base/limits.ts";
import { summarize } from "../mime/message-summary.ts";
import type { Part } from "../mime/part.ts";
import { StructureParser } from "../mime/structure-parser.ts";
import { refuse } from "../model/problem.ts";
import type { BodySink, StagedBody, StoredBody } from "../store/store.ts";
import type { NewContent, NewMessage } from "../store/work/append.ts";
import type { AppendItem, MessageSink, StagedMessage } from "./appending.ts";
import { InlineBody } from "./body.ts";

/** A staged message with what its row will hold. Only this folder looks inside. */
export class ParsedMessage implements StagedMessage {
  readonly content: NewContent;
  readonly body: StoredBody;
  readonly #sink: BodySink;

  constructor(content: NewContent, body: StoredBody, sink: BodySink) {
    this.content = content;
    this.body = body;
    this.#sink = sink;
  }

  get size(): number {
    return this.content.size;
  }

  discard(): Promise<void> {
    return this.#sink.discard();
  }
}

export class ParsingSink implements MessageSink {
  readonly #body: BodySink;
  readonly #parser = new StructureParser();
  readonly #limitBytes: number;
  #size = 0;

  constructor(body: BodySink, limitBytes: number = messageBytesMax) {
    this.#body = body;
    this.#limitBytes = limitBytes;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#size += chunk.length;
    if (this.#size > this.#limitBytes) throw refuse({ kind: "message-too-large", limitBytes: this.#limitBytes });
    this.#parser.push(chunk);
    return this.#body.write(chunk);
  }

  async finish(): Promise<ParsedMessage> {
    const root = this.#parser.finish();
    const body = await this.#body.finish();
    const octets = body.file ?? new InlineBody(body.inline ?? new Uint8Array(0));
    return new ParsedMessage(describe(body, this.#parser, root), octets, this.#body);
  }

  discard(): Promise<void> {
    return this.#body.discard();
  }
}

/** As the store takes it. */
export function asNewMessage(item: AppendItem, nowMs: number): NewMessage {
  if (!(item.message instanceof ParsedMessage)) throw new TypeError("a staged message of another service");
  const { content } = item.message;
  return { content, flags: item.flags, internalDateMs: item.internalDateMs ?? nowMs };
}

function describe(body: StagedBody, parser: StructureParser, root: Part): NewContent {
  const summary = summarize(parser.header, root);
  return {
    bodyId: body.id,
    size: body.size,
    inline: body.inline,
    sentAtMs: summary.sentAtMs,
    envelope: summary.envelope,
    bodyStructure: summary.bodyStructure,
    messageId: summary.messageId,
    references: summary.references.toReversed(),
    baseSubject: summary.baseSubject,
    isReply: summary.isReply,
  };
}
