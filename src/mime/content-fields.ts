// The Content-* fields of one part (RFC 2045, 1864, 2183, 2557, 3282), in the form BODYSTRUCTURE needs. Of a field
// that stands twice the first counts: one reading for every protocol, so that no filter sees another message than the
// reader does.

import { fieldValue, type HeaderField } from "./header-fields.ts";
import { HeaderScanner } from "./header-scanner.ts";
import { trimWhite } from "./octets.ts";
import { readParameters } from "./parameters.ts";
import type { ContentFields, Disposition, Parameter } from "./part.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const slash = 47;
const comma = 44;

export const noContentFields: ContentFields = {
  type: null,
  subtype: null,
  parameters: [],
  id: null,
  description: null,
  encoding: null,
  md5: null,
  disposition: null,
  language: null,
  location: null,
};

export function readContentFields(header: string, fields: readonly HeaderField[]): ContentFields {
  let content: Writable<ContentFields> | null = null;
  let hasType = false;
  for (const field of fields) {
    if (!field.name.startsWith("content-")) continue;
    content ??= { ...noContentFields };
    if (field.name !== "content-type") readContentField(content, field.name, fieldValue(header, field));
    else if (!hasType) {
      hasType = true;
      readContentType(content, fieldValue(header, field));
    }
  }
  return content ?? noContentFields;
}

function readContentField(content: Writable<ContentFields>, name: string, value: string): void {
  switch (name) {
    case "content-transfer-encoding":
      content.encoding ??= readEncoding(value);
      break;
    case "content-disposition":
      content.disposition ??= readDisposition(value);
      break;
    case "content-language":
      content.language ??= readLanguages(value);
      break;
    case "content-id":
      content.id ??= trimWhite(value);
      break;
    case "content-description":
      content.description ??= value;
      break;
    case "content-md5":
      content.md5 ??= trimWhite(value);
      break;
    case "content-location":
      content.location ??= trimWhite(value);
      break;
  }
}

/**
 * RFC 2045 5.2: text/plain is assumed without a Content-Type; "It is also recommend that this default be assumed when a
 * syntactically invalid Content-Type header field is encountered."
 */
function readContentType(content: Writable<ContentFields>, value: string): void {
  const scanner = new HeaderScanner(value);
  scanner.skipCfws();
  const type = scanner.token();
  if (type === null || !scanner.skipCfws() || !scanner.skip(slash) || !scanner.skipCfws()) return;
  const subtype = scanner.token();
  if (subtype === null) return;
  scanner.skipCfws();
  content.type = type;
  content.subtype = subtype;
  content.parameters = readParameters(scanner);
}

function readEncoding(value: string): string | null {
  const scanner = new HeaderScanner(value);
  scanner.skipCfws();
  const encoding = scanner.token();
  return encoding !== null && scanner.skipCfws() && scanner.atEnd ? encoding : null;
}

function readDisposition(value: string): Disposition {
  const scanner = new HeaderScanner(value);
  scanner.skipCfws();
  const type = scanner.token() ?? "";
  scanner.skipCfws();
  const parameters: readonly Parameter[] = readParameters(scanner);
  return { type, parameters };
}

/** RFC 3282 2: tags with commas between. */
function readLanguages(value: string): string[] | null {
  const scanner = new HeaderScanner(value);
  const languages: string[] = [];
  scanner.skipCfws();
  for (let tag = scanner.atom(); tag !== null; tag = scanner.atom()) {
    languages.push(tag);
    if (!scanner.skipCfws() || !scanner.skip(comma)) break;
    scanner.skipCfws();
  }
  return languages.length === 0 ? null : languages;
}
