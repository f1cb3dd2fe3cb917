// ENVELOPE and BODYSTRUCTURE in one form for two servers: without what makes no difference. That is the case of MIME words (RFC
// 2045 5.1), the white space of folds (RFC 5322 2.2.3), what stands for a domain that is missing, and charset=us-ascii, the
// default of text (RFC 2045 5.2).

import { type ImapValue, readImapValue } from "./imap-value.ts";

/** By their names, those in a FETCH response. */
export function structuresOf(line: string): ReadonlyMap<string, string> {
  const items = readImapValue(line, line.indexOf("("));
  if (!Array.isArray(items)) throw new Error("FETCH has a list of items");
  const texts = new Map<string, string>();
  for (let at = 0; at + 1 < items.length; at += 2) {
    const name = String(items[at]);
    texts.set(name, structureInOneForm(name, items[at + 1] ?? null));
  }
  return texts;
}

export function structureInOneForm(name: string, value: ImapValue): string {
  const text = JSON.stringify(inOneForm(value));
  return name === "BODYSTRUCTURE" ? text.toLowerCase() : text;
}

function inOneForm(value: ImapValue): ImapValue {
  if (typeof value === "string")
    return value.replace(/\s+/g, " ").trim().replace("unspecified-domain", "MISSING_DOMAIN");
  if (!Array.isArray(value)) return value;
  const list = value.map(inOneForm);
  const at = list.findIndex(
    (one, place) => /^charset$/i.test(String(one)) && /^us-ascii$/i.test(String(list[place + 1])),
  );
  if (at < 0) return list;
  list.splice(at, 2);
  return list.length === 0 ? null : list;
}
