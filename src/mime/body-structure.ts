// BODYSTRUCTURE and BODY as wire bytes (RFC 9051 7.5.2), made once at delivery. Media types and parameters stand as
// they were written; where a field is absent, the defaults of RFC 2045 5.2 and 6.1 do.

import { octetString, octets } from "./octets.ts";
import { type Disposition, isComposite, type Parameter, type Part } from "./part.ts";
import { nstring, string } from "./wire.ts";

/** BODYSTRUCTURE has the extension data, BODY leaves it out. */
export type BodyForm = "BODYSTRUCTURE" | "BODY";

const defaultParameters: readonly Parameter[] = [{ name: "charset", value: "us-ascii" }];
/** body-type-mpart needs one body at least; a multipart without parts shows an empty text. */
const emptyBody = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)';
const emptyBodyExtended = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL)';

const noEnvelope = octets("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");

export function formatBodyStructure(root: Part, form: BodyForm): Uint8Array {
  const pieces: string[] = [];
  writeBody(pieces, root, form);
  return octets(pieces.join(""));
}

/** Recursion goes as deep as the tree, which `mimeDepthMax` bounds. */
function writeBody(pieces: string[], part: Part, form: BodyForm): void {
  pieces.push("(");
  if (part.kind === "multipart") writeMultipart(pieces, part, form);
  else writeSinglePart(pieces, part, form);
  pieces.push(")");
}

function writeMultipart(pieces: string[], part: Part, form: BodyForm): void {
  if (part.children.length === 0) pieces.push(form === "BODY" ? emptyBody : emptyBodyExtended);
  for (const child of part.children) writeBody(pieces, child, form);
  const { content } = part;
  pieces.push(" ", string(content.subtype || "x-unknown"));
  if (form === "BODY") return;
  pieces.push(" ", parameterList(content.parameters), extension(part));
}

function writeSinglePart(pieces: string[], part: Part, form: BodyForm): void {
  const { content } = part;
  const [type = "", subtype = ""] = shownType(part);
  const isText = part.mediaType.startsWith("text/");
  const octetCount = part.bodyEnd - part.bodyStart;
  pieces.push(
    `${string(type)} ${string(subtype)} ${parameterList(effectiveParameters(part, isText))} `,
    `${nstring(content.id)} ${nstring(content.description)} ${string(content.encoding ?? "7bit")} ${octetCount}`,
  );
  const message = part.kind === "message" ? part.children[0] : undefined;
  if (message !== undefined) {
    pieces.push(" ", octetString(message.envelope ?? noEnvelope), " ");
    writeBody(pieces, message, form);
  }
  if (isText || message !== undefined) pieces.push(` ${part.bodyLines}`);
  if (form === "BODYSTRUCTURE") pieces.push(" ", nstring(content.md5), extension(part));
}

/** As it was written; embedded messages as the grammar of RFC 9051 9 spells them, since readers look for that. */
function shownType({ content, kind, mediaType }: Part): readonly string[] {
  const { type, subtype } = content;
  if (type === null || subtype === null || kind === "message") return mediaType.split("/");
  // Too deep or too many to be told apart: the grammar has no body of these types without parts, so they are octets.
  return isComposite(mediaType) ? ["application", "octet-stream"] : [type, subtype];
}

function effectiveParameters({ content }: Part, isText: boolean): readonly Parameter[] {
  // RFC 2045 5.2: plain US-ASCII text is the default, and BODYSTRUCTURE says so.
  if (!isText || content.parameters.some(({ name }) => name.toLowerCase() === "charset")) return content.parameters;
  return [...content.parameters, ...defaultParameters];
}

function extension({ content }: Part): string {
  const languages = content.language === null ? "NIL" : `(${content.language.map(string).join(" ")})`;
  return ` ${dispositionText(content.disposition)} ${languages} ${nstring(content.location)}`;
}

function dispositionText(disposition: Disposition | null): string {
  if (disposition === null) return "NIL";
  return `(${string(disposition.type)} ${parameterList(disposition.parameters)})`;
}

function parameterList(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return "NIL";
  return `(${parameters.map(({ name, value }) => `${string(name)} ${string(value)}`).join(" ")})`;
}
