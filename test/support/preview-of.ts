// The preview of a message that lies in memory.

import type { Part } from "../../src/mime/part.ts";
import { previewSources, previewText } from "../../src/mime/preview.ts";

export function previewOf(message: Uint8Array, root: Part): string {
  for (const { part, start, end } of previewSources(root)) {
    const text = previewText(part, message.subarray(start, end));
    if (text !== "") return text;
  }
  return "";
}
