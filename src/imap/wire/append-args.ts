// APPEND (RFC 9051 6.3.12), with several messages (RFC 3502), literal8 (RFC 3516 4.4) and UTF8 (RFC 6855 4):
// `mailbox 1*append-message`, where `append-message = [SP flag-list] [SP date-time] SP (literal / literal8 / "UTF8" SP
// "(" literal8 ")")`. The command reader hands out what stands before each literal, which is what these read.

import { type FlagSet, noFlags } from "../../model/flags.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readDateTime } from "./date-time.ts";
import { readFlagList } from "./flag-list.ts";
import type { LiteralHead } from "./literal-head.ts";
import { octet } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";

export interface AppendMessage {
  readonly flags: FlagSet;
  /** Milliseconds since 1970; null: the moment of arrival. */
  readonly internalDateMs: number | null;
  /** "utf8": headers may hold UTF-8, and a ")" follows the literal. "catenated": parts follow (RFC 4469). */
  readonly form: "plain" | "utf8" | "catenated";
}

/**
 * What stands before a message, behind the mailbox name or behind the message before it; null where no message follows, which
 * is the end of the command or a fault.
 */
export function readAppendMessage(args: ArgumentReader, literal: LiteralHead | null): AppendMessage | null {
  if (literal === null && args.atEnd) return null;
  args.space();
  let flags = noFlags;
  let internalDateMs: number | null = null;
  let form: AppendMessage["form"] = "plain";
  if (args.peek() === octet.open) {
    flags = readFlagList(args);
    args.space();
  }
  if (args.peek() === octet.quote) {
    internalDateMs = readDateTime(args);
    args.space();
  }
  if (args.takeWord("CATENATE")) {
    args.space();
    args.open();
    return { flags, internalDateMs, form: "catenated" };
  }
  if (literal === null) return null;
  if (args.takeWord("UTF8")) {
    args.space();
    args.open();
    // RFC 6855 4: utf8-literal = "UTF8" SP "(" literal8 ")"
    if (literal.form !== "literal8") throw new SyntaxFault("UTF8 data is a literal8");
    form = "utf8";
  }
  if (!args.atEnd) throw new SyntaxFault("Unknown APPEND argument");
  return { flags, internalDateMs, form };
}

/** What follows the literal of `message`: its closing parenthesis if it has one. The end, or another message, comes next. */
export function readAppendMessageEnd(args: ArgumentReader, message: AppendMessage): void {
  if (message.form === "utf8") args.expect(octet.close);
}
