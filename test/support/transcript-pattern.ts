// What a client must hear, as a pattern, and the names that a transcript gives to what it cannot know beforehand.
// All text here is octet strings (one character a byte), so that chunks may be cut inside a character.

/** Names and what they stand for, in one run. */
export type Names = Map<string, string>;

export interface Pattern {
  readonly expression: RegExp;
  /** Names that a match gives a value to. */
  readonly captures: readonly string[];
}

const name = /\{([a-zA-Z][a-zA-Z0-9]*)\}/g;

/** A whole line, as it is. */
export function exactLine(text: string): Pattern {
  return { expression: new RegExp(`^${escaped(octetText(text))}\r\n`), captures: [] };
}

/** These octets and no line end that is not among them. */
export function exactOctets(octets: string): Pattern {
  return { expression: new RegExp(`^${escaped(octets)}`), captures: [] };
}

/** The beginning of what comes; "..." stands for anything, line ends too; the rest of the last line does not matter. */
export function elided(text: string, names: Names): Pattern {
  const captures: string[] = [];
  const pieces = octetText(text)
    .split(/ *\.\.\. */)
    .map((piece) => withNames(piece, names, captures));
  const [first = "", ...rest] = pieces;
  let source = `^${first}${wordEnd(first)}`;
  for (const piece of rest) source += piece === "" ? "" : `[\\s\\S]*?(?<![A-Za-z0-9])${piece}${wordEnd(piece)}`;
  return { expression: new RegExp(`${source}[^\\r\\n]*\\r\\n`), captures };
}

/** What the client says: names filled in, `{a*600}` repeated, `{base64 ...}` encoded, in this order. */
export function filledIn(text: string, names: Names): string {
  return octetText(text)
    .replace(name, (whole, key: string) => names.get(key) ?? whole)
    .replace(/\{([^{}]+)\*(\d+)\}/g, (_, words: string, times: string) => words.repeat(Number(times)))
    .replace(/\{base64 ([^}]*)\}/g, (_, plain: string) => {
      return Buffer.from(plain.replaceAll("\\0", "\0"), "latin1").toString("base64");
    });
}

export function octetText(text: string): string {
  return Buffer.from(text).toString("latin1");
}

export function readable(octets: string): string {
  return JSON.stringify(Buffer.from(octets, "latin1").toString());
}

function withNames(piece: string, names: Names, captures: string[]): string {
  let source = "";
  let from = 0;
  for (const { 0: whole, 1: key = "", index } of piece.matchAll(name)) {
    source += escaped(piece.slice(from, index));
    from = index + whole.length;
    const known = names.get(key);
    if (known !== undefined) source += escaped(known);
    else if (captures.includes(key)) source += `\\k<${key}>`;
    else {
      captures.push(key);
      source += `(?<${key}>[^\\s\\])}]+?)`;
    }
  }
  return source + escaped(piece.slice(from));
}

/** A number or a word must not go on where the pattern ends. */
function wordEnd(source: string): string {
  return /(?:[A-Za-z0-9]|\+\?\))$/.test(source) ? "(?![A-Za-z0-9])" : "";
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
