// MIME parameters (RFC 2045 5.1) and their continuations (RFC 2231 3 and 4), as BODYSTRUCTURE shows them: pieces
// name*0, name*1 become one `name`, or `name*` when a piece is percent-encoded. Pieces that leave a gap stay apart,
// since nobody can tell what is missing.

import { headerParametersMax } from "../base/limits.ts";
import type { HeaderScanner } from "./header-scanner.ts";
import type { Parameter } from "./part.ts";

interface Piece {
  readonly base: string;
  readonly index: number;
  readonly extended: boolean;
  readonly value: string;
}

const semicolon = 59;
const equals = 61;
const quote = 34;

/**
 * The parameters from here to the end of the field. Faults are passed over: a semicolon too many or one that is missing
 * costs nobody a boundary.
 */
export function readParameters(scanner: HeaderScanner): Parameter[] {
  const plain: Parameter[] = [];
  let pieces: Piece[] | null = null;
  let count = 0;
  while (!scanner.atEnd && count < headerParametersMax) {
    if (!scanner.skip(semicolon) && !followsWhiteSpace(scanner)) {
      scanner.at++;
      continue;
    }
    const start = scanner.at;
    const parameter = readParameter(scanner);
    if (parameter === null) {
      if (scanner.at === start && scanner.peek() !== semicolon) scanner.at++;
      continue;
    }
    count++;
    const piece = parameter.name.includes("*") ? readPiece(parameter) : null;
    if (piece === null) plain.push(parameter);
    else (pieces ??= []).push(piece);
  }
  return pieces === null ? plain : [...plain, ...joinPieces(pieces)];
}

function followsWhiteSpace({ text, at }: HeaderScanner): boolean {
  const before = text.charCodeAt(at - 1);
  return before === 32 || before === 9;
}

function readParameter(scanner: HeaderScanner): Parameter | null {
  if (!scanner.skipCfws()) return null;
  const name = scanner.token();
  if (name === null || !scanner.skipCfws() || !scanner.skip(equals) || !scanner.skipCfws()) return null;
  const value = readValue(scanner);
  if (value === null) return null;
  scanner.skipCfws();
  return { name, value };
}

function readValue(scanner: HeaderScanner): string | null {
  const code = scanner.peek();
  if (code === quote) return scanner.quotedString();
  if (code === equals) {
    // An encoded word where RFC 2047 5 forbids one, unquoted: many programs write file names so.
    const start = scanner.at;
    while (!scanner.atEnd && !" \t\r\n;".includes(scanner.text.charAt(scanner.at))) scanner.at++;
    return scanner.text.slice(start, scanner.at);
  }
  return scanner.token() ?? "";
}

/** RFC 2231 3: `name*`, `name*N`, `name*N*`; null for a star that means none of these. */
function readPiece({ name, value }: Parameter): Piece | null {
  const match = /^([^*]*)(?:\*(\d{1,9}))?(\*?)$/.exec(name);
  if (match === null) return null;
  return { base: match[1] ?? "", index: Number(match[2] ?? 0), extended: match[3] === "*", value };
}

function joinPieces(pieces: readonly Piece[]): Parameter[] {
  const groups = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const key = piece.base.toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [piece]);
    else group.push(piece);
  }
  const parameters: Parameter[] = [];
  for (const [, group] of [...groups].sort(([one], [other]) => (one < other ? -1 : 1))) {
    group.sort((one, other) => one.index - other.index);
    if (group.every((piece, at) => piece.index === at)) parameters.push(joinGroup(group));
    else for (const piece of group) parameters.push(loosePiece(piece));
  }
  return parameters;
}

function joinGroup(group: readonly Piece[]): Parameter {
  const base = group[0]?.base ?? "";
  if (!group.some((piece) => piece.extended)) {
    return { name: base, value: group.map((piece) => piece.value).join("") };
  }
  // RFC 2231 4.1: pieces with and without percent signs may mix. Joined, all are percent-encoded; the charset and the
  // language are the first piece's, both empty when it has none.
  const start = group[0]?.extended === true ? "" : "''";
  const value = group.map((piece) => (piece.extended ? piece.value : piece.value.replaceAll("%", "%25"))).join("");
  return { name: `${base}*`, value: start + value };
}

function loosePiece({ base, index, extended, value }: Piece): Parameter {
  return { name: `${base}*${index}${extended ? "*" : ""}`, value };
}
