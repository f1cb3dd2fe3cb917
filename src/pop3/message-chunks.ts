// A message's bytes in pieces, in the form that the session may be sent (RFC 6856 2.1): as stored in UTF-8 mode, else
// with a surrogate for headers that hold UTF-8.

import { isAscii } from "node:buffer";
import type { MessageBody } from "./maildrop.ts";
import type { Session } from "./session.ts";
import { surrogateChunks } from "./surrogate/surrogate-chunks.ts";

/** Up to here a message is read whole: one wait and one write. */
const wholeBytesMax = 64 * 1024;

/** The whole message, where it is small enough and may go out as it is stored; null where `messageChunks` is needed. */
export async function wholeMessage(body: MessageBody, text: Session["text"]): Promise<Uint8Array | null> {
  if (body.size > wholeBytesMax) return null;
  const bytes = await body.slice(0, body.size);
  return text === "utf-8" || isAscii(bytes) ? bytes : null;
}

export function messageChunks(body: MessageBody, text: Session["text"]): AsyncIterable<Uint8Array> {
  const chunks = storedChunks(body);
  return text === "utf-8" ? chunks : surrogateChunks(chunks, body);
}

async function* storedChunks(body: MessageBody): AsyncGenerator<Uint8Array, void, void> {
  if (body.size > wholeBytesMax) yield* body.chunks(0, body.size);
  else if (body.size > 0) yield await body.slice(0, body.size);
}
