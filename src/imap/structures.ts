// The structures of the messages that a session looked at last: a client that shows a message asks for its parts one by one.

import { imapStructuresKeptMax } from "../base/limits.ts";
import type { StoredBody } from "../mailbox/open-mailbox.ts";
import type { Part } from "../mime/part.ts";
import { StructureParser } from "../mime/structure-parser.ts";
import type { ContentId } from "../model/ids.ts";

export class Structures {
  /** The one that was asked for the longest time ago comes first. */
  #kept: Map<ContentId, Part> | undefined;

  async of(content: ContentId, body: StoredBody): Promise<Part> {
    const root = this.#kept?.get(content) ?? (await readStructure(body));
    this.#kept ??= new Map();
    this.#kept.delete(content);
    this.#kept.set(content, root);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= imapStructuresKeptMax) break;
      this.#kept.delete(oldest);
    }
    return root;
  }
}

export async function readStructure(body: StoredBody): Promise<Part> {
  const parser = new StructureParser();
  for await (const chunk of body.chunks(0, body.size)) parser.push(chunk);
  return parser.finish();
}
