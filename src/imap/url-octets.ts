// The octets that a URL of the account points to, as they are (RFC 4469 3: "The server copies octets, unchanged"). It sets no
// \Seen and leaves the selected mailbox as it is. RFC 5550 gives the PARTIAL of such URLs its name, URL-PARTIAL.

import { ProblemRefusal } from "../model/problem.ts";
import { readBodyItem } from "./fetch-body.ts";
import { MessageOctets } from "./message-octets.ts";
import type { Authenticated, Selected } from "./session.ts";
import type { Structures } from "./structures.ts";
import { parseMessageUrl } from "./wire/message-url.ts";
import { badUrl } from "./wire/syntax-fault.ts";

/** `structures` keeps those of messages that several URLs name. Throws SyntaxFault with BADURL where it points to nothing. */
export async function* urlOctets(
  session: Authenticated | Selected,
  text: string,
  structures: Structures,
): AsyncGenerator<Uint8Array, void> {
  const { mail } = session;
  const selected = session.state === "selected" ? (session.mailbox.mailbox?.name ?? null) : null;
  const url = parseMessageUrl(text, selected);
  if (url === null) throw badUrl(text);
  const found = await mail.find(url.mailbox).catch((error: unknown) => {
    if (error instanceof ProblemRefusal) throw badUrl(text);
    throw error;
  });
  if (!found.selectable) throw badUrl(text);
  if (url.uidValidity !== null && url.uidValidity !== found.uidValidity) throw badUrl(text);
  using mailbox = await mail.open(found.id, "read-only");
  const facts = mailbox.facts(url.uid);
  if (facts === undefined) throw badUrl(text);
  const message = new MessageOctets({ mailbox, structures }, facts.content, undefined);
  const { section, partial } = url;
  const value = await readBodyItem(message, { attribute: "BODY[]", label: "", section, partial, seen: "keeps" });
  if (value.kind === "octets") yield value.octets;
  else if (value.kind === "pieces") yield* value.pieces;
  else throw badUrl(text);
}
