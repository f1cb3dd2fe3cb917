// What LIST and UIDL have in common (RFC 1939 5, 7): a line for one message, or one for each that is not marked.

import { utf8 } from "../../base/bytes.ts";
import type { Maildrop } from "../maildrop.ts";
import { answered, endOfLines, ok, okLine, type Reply, type Words } from "../reply.ts";
import type { Transaction } from "../session.ts";
import { unlessThere } from "./numbered.ts";

export interface Listing {
  /** What stands after the message's number. */
  readonly of: (maildrop: Maildrop, number: number) => number | string;
  readonly heading: Words;
}

const pieceCharacters = 16 * 1024;

export async function* listing(session: Transaction, scope: number | "all", { of, heading }: Listing): Reply {
  const { maildrop } = session;
  if (scope !== "all") {
    return unlessThere(session, scope) ?? ok(session, `${scope} ${of(maildrop, scope)}`);
  }
  yield okLine(session, heading);
  let piece = "";
  for (const number of maildrop.numbers()) {
    piece += `${number} ${of(maildrop, number)}\r\n`;
    if (piece.length < pieceCharacters) continue;
    yield utf8(piece);
    piece = "";
  }
  yield utf8(piece);
  yield endOfLines;
  return answered(session);
}
