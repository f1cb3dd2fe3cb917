// Messages that the server writes itself: the welcome, bounces, replies. Whatever text comes in, no header field can be
// added or ended by it: names are checked, values lose their controls or are encoded (RFC 2047, RFC 2231), bodies are
// quoted-printable or base64. Lines end in CRLF and hold no more than 78 characters where they can be folded.

import { concatBytes, latin1, utf8 } from "../base/bytes.ts";
import { formatDateTime } from "./date-time.ts";
import { encodeHeaderText, encodeParameter, encodePhrase } from "./header-encode.ts";
import { encodeBase64, encodeQuotedPrintable } from "./transfer-encode.ts";

export interface ComposedAddress {
  readonly name: string | null;
  /** local@host; thrown out when it could mean anything else in a header. */
  readonly address: string;
}

export interface TextBody {
  readonly kind: "text";
  /** Without "text/": plain, html. */
  readonly subtype: string;
  readonly text: string;
}

export interface MultipartBody {
  readonly kind: "multipart";
  /** alternative, mixed, report. */
  readonly subtype: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly parts: readonly ComposedBody[];
}

/** Bytes that have a type of their own, such as message/delivery-status or text/rfc822-headers. */
export interface BytesBody {
  readonly kind: "bytes";
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly fileName?: string;
}

export type ComposedBody = TextBody | MultipartBody | BytesBody;

export interface Composition {
  readonly from: ComposedAddress;
  readonly to: readonly ComposedAddress[];
  readonly subject: string;
  readonly sentAtMs: number;
  /** Without angle brackets. */
  readonly messageId: string;
  /** Further fields, such as Auto-Submitted (RFC 3834) or References; values are text. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly body: ComposedBody;
  /** Sets the boundaries apart from anything in the bodies: some unpredictable letters and digits. */
  readonly boundarySeed: string;
}

/** Text that says the same plainly and in HTML. */
export function alternatives(plain: string, html: string): MultipartBody {
  return {
    kind: "multipart",
    subtype: "alternative",
    parts: [
      { kind: "text", subtype: "plain", text: plain },
      { kind: "text", subtype: "html", text: html },
    ],
  };
}

export function composeMessage(message: Composition): Uint8Array {
  const fields = [
    field("Date", formatDateTime(message.sentAtMs, 0)),
    field("From", formatAddress(message.from)),
    field("To", message.to.length === 0 ? "undisclosed-recipients:;" : message.to.map(formatAddress).join(",\r\n ")),
    field("Message-ID", `<${checkedMessageId(message.messageId)}>`),
    field("Subject", encodeHeaderText(message.subject, "Subject".length + 2)),
    ...(message.fields ?? []).map(([name, value]) => field(name, encodeHeaderText(value, name.length + 2))),
    field("MIME-Version", "1.0"),
  ];
  return concatBytes([utf8(fields.join("")), composeBody(message.body, message.boundarySeed)]);
}

/** The Content-* fields, the blank line and the body. */
function composeBody(body: ComposedBody, seed: string): Uint8Array {
  switch (body.kind) {
    case "text":
      return composeText(body);
    case "bytes":
      return composeBytes(body);
    case "multipart":
      return composeMultipart(body, seed);
  }
}

function composeText({ subtype, text }: TextBody): Uint8Array {
  const bytes = utf8(text.replace(/\r\n|\r|\n/g, "\r\n"));
  const encoded = encode(bytes);
  return entity(
    [["Content-Type", `text/${checkedToken(subtype)}; charset=utf-8`], transferField(encoded)],
    encoded.text,
  );
}

function composeBytes({ mediaType, bytes, fileName }: BytesBody): Uint8Array {
  const [type = "", subtype = ""] = mediaType.split("/");
  const contentType = `${checkedToken(type)}/${checkedToken(subtype)}`;
  const disposition = fileName === undefined ? [] : [dispositionField(fileName)];
  // RFC 6522 4: a header that comes back stays readable as it is.
  if (type.toLowerCase() !== "message" && mediaType !== "text/rfc822-headers") {
    const encoded = encode(bytes);
    return entity([["Content-Type", contentType], transferField(encoded), ...disposition], encoded.text);
  }
  // RFC 2046 5.2: message types take no encoding that changes octets.
  const cte: Field = ["Content-Transfer-Encoding", bytes.some((byte) => byte > 127) ? "8bit" : "7bit"];
  return concatBytes([entity([["Content-Type", contentType], cte, ...disposition], ""), bytes]);
}

function composeMultipart({ subtype, parameters, parts }: MultipartBody, seed: string): Uint8Array {
  // RFC 2045 6.7: "=_" cannot occur in quoted-printable, nor in base64.
  const boundary = `=_${seed}`;
  let type = `multipart/${checkedToken(subtype)}`;
  for (const [name, value] of Object.entries(parameters ?? {})) type += `;\r\n ${encodeParameter(name, value)}`;
  const pieces = [entity([["Content-Type", `${type};\r\n boundary="${boundary}"`]], "")];
  for (const [at, part] of parts.entries()) {
    pieces.push(latin1(`--${boundary}\r\n`), composeBody(part, `${seed}.${at}`), latin1("\r\n"));
  }
  return concatBytes([...pieces, latin1(`--${boundary}--\r\n`)]);
}

type Field = readonly [name: string, value: string];

interface Encoded {
  readonly encoding: "quoted-printable" | "base64";
  readonly text: string;
}

/** Quoted-printable stays readable for mostly ASCII text; base64 is shorter for every other script. */
function encode(bytes: Uint8Array): Encoded {
  let eightBit = 0;
  for (const byte of bytes) if (byte > 127) eightBit++;
  if (eightBit * 6 > bytes.length) return { encoding: "base64", text: encodeBase64(bytes) };
  return { encoding: "quoted-printable", text: encodeQuotedPrintable(bytes) };
}

function transferField({ encoding }: Encoded): Field {
  return ["Content-Transfer-Encoding", encoding];
}

function dispositionField(fileName: string): Field {
  return ["Content-Disposition", `attachment;\r\n ${encodeParameter("filename", fileName)}`];
}

function entity(fields: readonly Field[], text: string): Uint8Array {
  return latin1(`${fields.map(([name, value]) => field(name, value)).join("")}\r\n${text}`);
}

/** RFC 5322 2.2: printable ASCII but the colon. */
function field(name: string, value: string): string {
  if (!/^[!-9;-~]+$/.test(name))
    throw new RangeError("a header field's name has characters that RFC 5322 does not allow");
  return `${name}: ${value}\r\n`;
}

/** RFC 5322 3.4: display-name and address. A display name is quoted or encoded, an address only checked. */
export function formatAddress({ name, address }: ComposedAddress): string {
  if (!/^[^\s<>()[\]\\,;:"@\0-\x1f\x7f]+@[^\s<>()\\,;:"@\0-\x1f\x7f]+$/u.test(address)) {
    throw new RangeError("an address has characters that would end it in a header");
  }
  return name === null || name === "" ? address : `${encodePhrase(name)} <${address}>`;
}

function checkedToken(token: string): string {
  if (!/^[\w!#$&+.^-]+$/.test(token)) throw new RangeError("a media type has characters that RFC 2045 does not allow");
  return token;
}

function checkedMessageId(id: string): string {
  if (!/^[^\s<>\0-\x1f\x7f]+@[^\s<>\0-\x1f\x7f]+$/.test(id)) throw new RangeError("a message id has no such form");
  return id;
}
