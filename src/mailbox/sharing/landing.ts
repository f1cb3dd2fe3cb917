// Putting messages into a mailbox, one's own or somebody else's, by the rights one has there (RFC 4314 4).

import type { FlagSet } from "../../model/flags.ts";
import type { AccountId, MailboxId } from "../../model/ids.ts";
import { type Reader, storedFlags } from "../../model/readers.ts";
import type { BodySink } from "../../store/store.ts";
import { appendMessages, type NewMessage } from "../../store/work/append.ts";
import type { Acting } from "../acting.ts";
import type { AppendItem, AppendResult } from "../appending.ts";
import { asNewMessage, ParsingSink } from "../staging.ts";

/** Where messages go. */
export interface Landing {
  readonly account: AccountId;
  readonly acting: Acting;
  /** By its id in the account. */
  readonly mailbox: MailboxId;
  /** Who puts them there, if not the owner. */
  readonly by: Reader | undefined;
}

/** Finds out where a mailbox is, and whether messages may be put there. Throws destination-missing, no-permission. */
export interface Crossing {
  landing(to: MailboxId): Promise<Landing>;
}

/** A message with the flags that it gets there. RFC 4314 4: what the rights do not allow is left out, and nothing fails by it. */
export function landed(message: NewMessage, { by }: Landing): NewMessage {
  return by === undefined ? message : { ...message, ...storedFlags(by, message.flags) };
}

/** Puts messages in that are staged in that account, and tells everyone. */
export async function land(landing: Landing, messages: readonly NewMessage[]): Promise<AppendResult> {
  const { acting, mailbox } = landing;
  const nowMs = acting.clock.nowMs();
  const written = messages.map((message) => landed(message, landing));
  const appended = await acting.store.write(() => appendMessages(mailbox, written, nowMs, acting.quota), "flushed");
  await acting.announce({ modSeq: appended.modSeq, messagesIn: [mailbox], mailboxes: [] }, appended.delta);
  return appended;
}

/** Messages on their way into another account: what was stored for them there is dropped again unless they arrive. */
export class Freight implements AsyncDisposable {
  readonly messages: NewMessage[] = [];
  readonly #to: Acting;
  readonly #bodies: BodySink[] = [];
  /** What is held in memory. */
  bytes = 0;

  constructor(to: Acting) {
    this.#to = to;
  }

  /** A message whose octets come from somewhere else. */
  async add(octets: AsyncIterable<Uint8Array>, flags: FlagSet, internalDateMs: number): Promise<void> {
    const body = this.#to.store.newBody();
    this.#bodies.push(body);
    const sink = new ParsingSink(body);
    for await (const piece of octets) await sink.write(piece);
    const message = await sink.finish();
    this.bytes += message.content.inline?.length ?? 0;
    this.messages.push(asNewMessage({ message, flags, internalDateMs }, internalDateMs));
  }

  /** A message that is staged in `from`: small ones go as they are, large ones are in a file there. */
  async addStaged(item: AppendItem, from: Acting): Promise<void> {
    const message = asNewMessage(item, from.clock.nowMs());
    const { content, flags, internalDateMs } = message;
    if (content.inline !== null) this.messages.push(message);
    else
      await this.add(from.store.fileBody(content.bodyId, content.size).chunks(0, content.size), flags, internalDateMs);
  }

  /** They have arrived. */
  delivered(): void {
    this.#bodies.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const body of this.#bodies.splice(0)) await body.discard();
  }
}

/** APPEND into somebody else's mailbox of what was staged in one's own account. */
export async function landStaged(landing: Landing, items: readonly AppendItem[], from: Acting): Promise<AppendResult> {
  await using freight = new Freight(landing.acting);
  for (const item of items) await freight.addStaged(item, from);
  const result = await land(landing, freight.messages);
  freight.delivered();
  // What was staged in one's own account is stored nowhere there.
  for (const { message } of items) await message.discard();
  return result;
}
