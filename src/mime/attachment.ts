// What a person calls an attachment, and a name for it that is safe wherever it goes: a header, a path, a screen.

import { attachmentNameCharactersMax } from "../base/limits.ts";
import { decodeParameter } from "./encoded-word.ts";
import type { Part } from "./part.ts";

/** RFC 2183 2: said to be one, or a part with a file name that is not shown in line, or what no reader shows as text. */
export function isAttachment(part: Part): boolean {
  if (part.kind === "multipart") return false;
  const disposition = part.content.disposition?.type.toLowerCase() ?? null;
  if (disposition === "attachment") return true;
  if (part.kind === "message") return true;
  if (part.mediaType.startsWith("text/")) return disposition !== "inline" && attachmentName(part) !== null;
  // An image with a Content-ID belongs to the HTML text that names it.
  return disposition !== "inline" && part.content.id === null;
}

const reservedNames = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * The file name that the part proposes, or null. RFC 2183 2.3: "It is important that the receiving MUA not blindly use
 * the suggested filename": folders, device names, controls and what turns the writing direction are taken away.
 */
export function attachmentName(part: Part): string | null {
  const { disposition, parameters } = part.content;
  const name = decodeParameter(disposition?.parameters ?? [], "filename") ?? decodeParameter(parameters, "name");
  if (name === null) return null;
  const safe = name
    .slice(-lookedAtCharacters)
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/g, "")
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/[<>:"|?*]/g, "_")
    .replace(reservedNames, "_$&")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  return safe === undefined || safe === "" ? null : shorten(safe);
}

/** The end of a name tells what it is; of a longer one only that is looked at. */
const lookedAtCharacters = 1_000;

/** Keeps the extension, which says how to open it. */
function shorten(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= attachmentNameCharactersMax) return name;
  const extension = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  return characters.slice(0, attachmentNameCharactersMax - extension.length).join("") + extension;
}
