// Bodies into seven bits (RFC 2045 6.7 and 6.8), in lines of at most 76 characters that end in CRLF.

const lineLength = 76;
const hex = "0123456789ABCDEF";

export function encodeBase64(bytes: Uint8Array): string {
  const text = bytes.toBase64();
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += lineLength) lines.push(`${text.slice(at, at + lineLength)}\r\n`);
  return lines.join("");
}

/** CRLF in `bytes` is a line end; any other control is escaped. A final line end is added where none is. */
export function encodeQuotedPrintable(bytes: Uint8Array): string {
  const lines: string[] = [];
  let line = "";
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 13 && bytes[at + 1] === 10) {
      lines.push(`${protectEnd(line)}\r\n`);
      line = "";
      at++;
      continue;
    }
    const piece = isPlain(byte) ? String.fromCharCode(byte) : escaped(byte);
    // Room for the "=" of a soft line break, and for a white space that turns out to stand last.
    if (line.length + piece.length > lineLength - 3) {
      lines.push(`${line}=\r\n`);
      line = "";
    }
    // A dot or "From " at a line's start is changed by careless transports.
    line += line === "" && (byte === 46 || byte === 70) ? escaped(byte) : piece;
  }
  if (line !== "") lines.push(`${protectEnd(line)}\r\n`);
  return lines.join("");
}

function isPlain(byte: number): boolean {
  return byte === 9 || (byte >= 32 && byte <= 126 && byte !== 61);
}

/** RFC 2045 6.7 rule 3: white space must not end a line. */
function protectEnd(line: string): string {
  const last = line.charCodeAt(line.length - 1);
  return last === 32 || last === 9 ? line.slice(0, -1) + escaped(last) : line;
}

function escaped(byte: number): string {
  return `=${hex[byte >> 4] ?? ""}${hex[byte & 15] ?? ""}`;
}
