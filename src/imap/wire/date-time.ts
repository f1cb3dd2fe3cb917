// date and date-time (RFC 9051 9). Days are counted from 1970-01-01, so that "disregarding time and timezone" (RFC 9051
// 6.4.4) is a comparison of whole numbers.

import type { ArgumentReader } from "./argument-reader.ts";
import { octet } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";

export const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

export const dayMs = 86_400_000;

// date-text = date-day "-" date-month "-" date-year
const dateText = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/;
// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE; a day of one digit is let pass
// without the space before it.
const dateTime = /^( ?\d|\d\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

/** date: the day, as days since 1970-01-01. */
export function readDate(args: ArgumentReader): number {
  const match = dateText.exec(args.peek() === octet.quote ? args.quoted() : args.atom());
  if (match === null) throw new SyntaxFault("Invalid date");
  const [, day = "", month = "", year = ""] = match;
  return dayNumber(Number(year), month, Number(day));
}

/** date-time: the moment, in milliseconds since 1970. */
export function readDateTime(args: ArgumentReader): number {
  const match = dateTime.exec(args.quoted());
  if (match === null) throw new SyntaxFault("Invalid date-time");
  const [, day = "", month = "", year = "", ...rest] = match;
  const [hours = "", minutes = "", seconds = "", sign = "", zoneHours = "", zoneMinutes = ""] = rest;
  // A leap second is the last second of its minute here.
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60 || Number(zoneMinutes) > 59) {
    throw new SyntaxFault("Invalid date-time");
  }
  const local = (Number(hours) * 60 + Number(minutes)) * 60 + Math.min(Number(seconds), 59);
  // RFC 9051 9: zone is how much the given time is east of Universal Time.
  const east = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60 * (sign === "-" ? -1 : 1);
  return dayNumber(Number(year), month, Number(day)) * dayMs + (local - east) * 1_000;
}

/** Days from 1970-01-01 to a day of the Gregorian calendar; a fault when there is no such day. */
function dayNumber(year: number, monthName: string, day: number): number {
  const folded = monthName.toLowerCase();
  const month = monthNames.findIndex((name) => name.toLowerCase() === folded);
  if (month < 0) throw new SyntaxFault("Invalid date");
  const date = new Date(0);
  // Unlike Date.UTC, this takes the years 0 to 99 for what they are.
  const ms = date.setUTCFullYear(year, month, day);
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) throw new SyntaxFault("Invalid date");
  return ms / dayMs;
}
