// Parsed messages as the store takes them, without the cost of making them falling into a measurement.

import { hash } from "node:crypto";
import { summarize } from "../../src/mime/message-summary.ts";
import { parseStructure } from "../../src/mime/structure-parser.ts";
import { noFlags } from "../../src/model/flags.ts";
import { asBodyId } from "../../src/model/ids.ts";
import type { NewContent, NewMessage } from "../../src/store/work/append.ts";
import { madeMessage } from "./seeded-mail.ts";

/** A different message for each number. */
export function newMessage(number: number, size: number): NewMessage {
  const bytes = Uint8Array.from(madeMessage(number, size).bytes);
  return { content: contentOf(bytes, bytes), flags: noFlags, internalDateMs: 1_800_000_000_000 + number };
}

/** What a row holds of these bytes. */
export function contentOf(bytes: Uint8Array, inline: Uint8Array | null): NewContent {
  const root = parseStructure(bytes);
  const summary = summarize(bytes.subarray(0, root.bodyStart), root);
  return {
    bodyId: asBodyId(hash("sha256", bytes)),
    size: bytes.length,
    inline,
    sentAtMs: summary.sentAtMs,
    envelope: summary.envelope,
    bodyStructure: summary.bodyStructure,
    messageId: summary.messageId,
    references: summary.references.toReversed(),
    baseSubject: summary.baseSubject,
    isReply: summary.isReply,
  };
}
