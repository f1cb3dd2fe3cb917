// SMTP replies (RFC 5321 4.2) with enhanced status codes (RFC 2034, RFC 3463) as values, and as text on the wire.

export interface Reply {
  /** RFC 5321 4.2.1. */
  readonly code: number;
  /** RFC 2034 4: "2.1.0"; undefined for the greeting, EHLO, HELO and 3yz replies, which have none. */
  readonly status: string | undefined;
  readonly lines: readonly string[];
}

/** `reply(250, "2.1.0", "Sender ok")`. */
export function reply(code: number, status: string | undefined, ...lines: readonly [string, ...string[]]): Reply {
  return { code, status, lines };
}

/** RFC 5321 4.2.1: every line but the last has a hyphen after its code; RFC 2034 4: the status stands on each line. */
export function formatReply({ code, status, lines }: Reply): string {
  const prefix = status === undefined ? "" : `${status} `;
  let text = "";
  for (let at = 0; at < lines.length; at++) {
    const separator = at === lines.length - 1 ? " " : "-";
    text += `${code}${separator}${prefix}${clean(lines[at] ?? "")}\r\n`;
  }
  return text;
}

// RFC 5321 4.2: textstring is printable ASCII, so what a client sent can never begin a line of ours.
function clean(text: string): string {
  return unprintable.test(text) ? text.replace(everyUnprintable, "?") : text;
}

const unprintable = /[^\t\x20-\x7e]/;
const everyUnprintable = /[^\t\x20-\x7e]/g;
