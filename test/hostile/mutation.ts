// Makes of what clients say what no client says: octets and words lost, doubled, exchanged, numbers at their bounds, line
// ends that are none, pieces of other dialogues.

import type { Chance } from "../support/chance.ts";

const numbers = [
  "0",
  "-1",
  "1",
  "2",
  "4294967295",
  "4294967296",
  "9007199254740991",
  "9007199254740992",
  "9223372036854775807",
  "18446744073709551616",
  "99999999999999999999999999",
  "00000000001",
];
const words = [
  "{0}",
  "{3}\r\nabc",
  "{3+}\r\nabc",
  "~{3+}\r\na\0b",
  "{4294967296+}\r\n",
  "{10+}\r\n",
  "(",
  ")",
  "((",
  '"',
  '""',
  "\\",
  '"\\"',
  "*",
  "%",
  "1:*",
  "*:1",
  "$",
  "NIL",
  "INBOX",
  "UID",
  "BODY[",
  "]",
  "<0.1>",
  "RETURN (",
  "NOT",
  "OR",
  "\\Seen",
  "\\Deleted",
  "\\*",
  "MODSEQ",
  "CHANGEDSINCE 1",
  "(QRESYNC (1 1))",
  "UNCHANGEDSINCE 0",
  "CHARSET UTF-8",
  "CHARSET X-NONE",
  "1-Jan-0000",
  '"31-Feb-2026 25:61:61 +9999"',
  "&AGE-",
  "&",
  "&-",
  "=?utf-8?q?=C0=80?=",
  "\xc3\x28",
  "\xf0\x9f\x98\x80",
  "\xff",
  "\0",
  "\r",
  "\n",
  "\r\n",
  ".\r\n",
  "..\r\n",
  "+",
  "DONE",
  "*\r\n",
  "<>",
  "<@>",
  "<a@b>",
  "SIZE=99999999999",
  "SMTPUTF8",
  "BODY=8BITMIME",
  "NOTIFY=NEVER,SUCCESS",
  '"Other Users/alice@example.org/INBOX"',
  '"Other Users/fuzz@example.org/INBOX"',
  '"Other Users/fuzz@example.org/Shown"',
  '"Other Users"',
  "alice@example.org",
  "fuzz@example.org",
  "-fuzz@example.org",
  "anyone",
  "-anyone",
  "lrswipkxtea",
  "lr",
  "+cd",
  "-r",
  "FUZZY",
  "RELEVANCY",
  "IN (subtree (INBOX) personal)",
  "RETURN (UPDATE ALL COUNT)",
  "RETURN (SAVE PARTIAL -1:-2)",
  "CANCELUPDATE",
  "(selected-delayed (MessageNew (UID) MessageExpunge))",
  "(subtree ",
  "NONE",
  "i;octet",
  "vnd-*",
  "bn",
  "(STORAGE 1 MESSAGE 1)",
  '("/shared/comment" "x")',
  "/private/comment",
  "UIDONLY",
  "=",
  "AAAA",
  "__proto__",
  "constructor",
  " ",
  "\t",
  "",
];

/** `packets` after some mutations; `others` are what packets are borrowed from. */
export function mutated(packets: readonly string[], others: readonly (readonly string[])[], chance: Chance): string[] {
  const result = [...packets];
  const times = chance.between(1, 5);
  for (let turn = 0; turn < times; turn++) {
    const at = chance.below(result.length + 1);
    const packet = result[at] ?? "";
    const kind = chance.next();
    if (kind < 0.08) result.splice(at, 1);
    else if (kind < 0.14) result.splice(at, 0, packet);
    else if (kind < 0.28) result.splice(at, 0, chance.pick(chance.pick(others)));
    else if (kind < 0.33) result.splice(at, 2, (result[at + 1] ?? "") + packet);
    else result[at] = mutatedPacket(packet, chance);
  }
  return result;
}

function mutatedPacket(packet: string, chance: Chance): string {
  const [from, to] = span(packet, chance);
  const [before, within, behind] = [packet.slice(0, from), packet.slice(from, to), packet.slice(to)];
  switch (chance.below(11)) {
    case 0:
      return before + behind;
    case 1:
      return before + within + within + behind;
    case 2:
      return before + chance.pick(words) + behind;
    case 3:
      return before + chance.pick(words) + within + behind;
    case 4:
      return exchanged(packet, /\d+/g, chance.pick(numbers), chance);
    case 5:
      return exchanged(packet, /[^\s()[\]"{}<>]+/g, chance.pick(words), chance);
    case 6:
      return before + within.repeat(chance.pick([3, 50, 2_000])) + behind;
    case 7:
      return before + String.fromCharCode(chance.below(256)) + behind;
    case 8:
      return packet.replace(/\r\n/g, chance.pick(["\n", "\r", "", "\r\r\n", "\r\n\r\n", " \r\n"]));
    case 9:
      return before + within.split("").toReversed().join("") + behind;
    default:
      return chance.happens(0.5) ? packet.toUpperCase() : packet.toLowerCase();
  }
}

function span(packet: string, chance: Chance): readonly [from: number, to: number] {
  const from = chance.below(packet.length + 1);
  return [from, Math.min(packet.length, from + chance.between(1, 12))];
}

/** One of what the expression finds becomes `by`. */
function exchanged(packet: string, expression: RegExp, by: string, chance: Chance): string {
  const found = [...packet.matchAll(expression)];
  if (found.length === 0) return packet + by;
  const { index, 0: whole } = chance.pick(found);
  return packet.slice(0, index) + by + packet.slice(index + whole.length);
}
