// One command line (RFC 1939 3; RFC 2449 3: keyword *(SP param)), read into a keyword and the rest.
// RFC 6856 2.2: names and passwords are UTF-8, and what is not "MUST" be refused.

export interface Request {
  /** In upper case: RFC 1939 3, "keywords are case-insensitive". */
  readonly keyword: string;
  /** All after the first space; null when there is none. */
  readonly argument: string | null;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const control = /[\x00-\x08\x0a-\x1f\x7f]/;

/** The request in a line without its line end; null when it is no text. */
export function parseRequest(line: Uint8Array): Request | null {
  let text: string;
  try {
    text = strictUtf8.decode(line);
  } catch {
    return null;
  }
  if (control.test(text)) return null;
  const space = text.indexOf(" ");
  if (space === -1) return { keyword: text.toUpperCase(), argument: null };
  return { keyword: text.slice(0, space).toUpperCase(), argument: text.slice(space + 1) };
}

/** RFC 9112 3: the request line of HTTP, such as `POST / HTTP/1.1`. Ask only where the keyword is no command's. */
export function isHttp({ argument }: Request): boolean {
  return argument !== null && /(?:^| )HTTP\/\d(?:\.\d)?$/.test(argument);
}

/** For commands that take nothing; trailing spaces, which some clients send, are no argument. */
export function noArgument(argument: string | null): "none" | null {
  return argument === null || argument.trim() === "" ? "none" : null;
}

/** RFC 1939 3: a message-number is a positive decimal number. Ten digits hold any that a maildrop can have. */
export function parseMessageNumber(argument: string): number | null {
  return /^0*[1-9][0-9]{0,9}$/.test(argument) ? Number(argument) : null;
}

/** LIST and UIDL: one message, or all. */
export function parseScope(argument: string | null): number | "all" | null {
  const text = argument?.trim() ?? "";
  return text === "" ? "all" : parseMessageNumber(text);
}
