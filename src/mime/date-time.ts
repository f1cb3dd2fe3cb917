// Date fields (RFC 5322 3.3 with the obsolete forms of 4.3), read as kindly as mail needs: any order that is not
// ambiguous, named months and zones, comments anywhere. A date that no calendar has is null. Never throws.

import { HeaderScanner } from "./header-scanner.ts";

export interface DateTime {
  readonly epochMs: number;
  /** East of UTC: the day that SENTON and its kin mean is the sender's (RFC 9051 6.4.4). */
  readonly offsetMinutes: number;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** RFC 5322 4.3; the letters of military zones mean nothing reliable: "they SHOULD all be considered equivalent to -0000". */
const zones: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  edt: -240,
  est: -300,
  cdt: -300,
  cst: -360,
  mdt: -360,
  mst: -420,
  pdt: -420,
  pst: -480,
  bst: 60,
  cet: 60,
  met: 60,
  cest: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  ist: 330,
  jst: 540,
  kst: 540,
};

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
const dateCharactersMax = 256;

interface Found {
  day: number | null;
  month: number | null;
  year: number | null;
  time: readonly [hour: number, minute: number, second: number] | null;
  afternoon: "am" | "pm" | null;
  offset: number | null;
}

export function parseDateTime(value: string): DateTime | null {
  const found: Found = { day: null, month: null, year: null, time: null, afternoon: null, offset: null };
  for (const word of words(value)) if (!readWord(found, word)) return null;
  return assemble(found);
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** A Date field's value (RFC 5322 3.3) in the zone that lies `offsetMinutes` east of UTC. */
export function formatDateTime(epochMs: number, offsetMinutes: number): string {
  const local = new Date(epochMs + offsetMinutes * minuteMs);
  const two = (number: number): string => String(number).padStart(2, "0");
  const month = months[local.getUTCMonth()] ?? "";
  const zone = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? "-" : "+";
  return (
    `${weekdays[local.getUTCDay()] ?? ""}, ${local.getUTCDate()} ${month.slice(0, 1).toUpperCase()}${month.slice(1)} ` +
    `${String(local.getUTCFullYear()).padStart(4, "0")} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:` +
    `${two(local.getUTCSeconds())} ${sign}${two(Math.floor(zone / 60))}${two(zone % 60)}`
  );
}

function words(value: string): string[] {
  const scanner = new HeaderScanner(value.slice(0, dateCharactersMax));
  let text = "";
  while (scanner.skipCfws() && !scanner.atEnd) {
    const start = scanner.at;
    while (!scanner.atEnd && !" \t\r\n(".includes(scanner.text.charAt(scanner.at))) scanner.at++;
    text += `${scanner.text.slice(start, scanner.at)} `;
  }
  // "Mon, 16 Mar", "16-Mar-2026", "2026-03-16T10:00:00Z" and "10:00+0600" fall into the same words.
  return text
    .replace(/(\d{4}-\d\d-\d\d)T(\d)/g, "$1 $2")
    .replace(/(\d)-([A-Za-z]{3,9})-(\d)/g, "$1 $2 $3")
    .replace(/(:\d\d(?:\.\d+)?)([+-]\d|[A-Za-z])/g, "$1 $2")
    .split(/[\s,;]+/)
    .filter((word) => word !== "");
}

/** Puts one word where it belongs; false when the date cannot be one. */
function readWord(found: Found, word: string): boolean {
  const time = /^(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:\.\d+)?)?$/.exec(word);
  if (time !== null && found.time === null) {
    found.time = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
    return true;
  }
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(word);
  if (iso !== null) {
    found.year = Number(iso[1]);
    found.month = Number(iso[2]) - 1;
    found.day = Number(iso[3]);
    return found.month < 12;
  }
  if (/^[+-]\d{2}:?\d{2}$/.test(word)) {
    found.offset = numericZone(word);
    return true;
  }
  if (/^\d+$/.test(word)) return readNumber(found, word);
  return readName(found, word.toLowerCase());
}

/** The first number of one or two digits is the day, the next one the year. */
function readNumber(found: Found, digits: string): boolean {
  const number = Number(digits);
  if (found.day === null && digits.length <= 2) found.day = number;
  else if (found.year === null && digits.length <= 4) found.year = fullYear(number, digits.length);
  else return found.year !== null && found.time !== null;
  return true;
}

/** RFC 5322 4.3: two digits are 2000 to 2049 or 1950 to 1999; "three digit" years count from 1900. */
function fullYear(number: number, digits: number): number {
  if (digits >= 4) return number;
  if (digits === 3) return number + 1900;
  return number < 50 ? number + 2000 : number + 1900;
}

function readName(found: Found, name: string): boolean {
  if (found.month === null && /^[a-z]{3,9}\.?$/.test(name)) {
    const month = months.indexOf(name.slice(0, 3));
    if (month !== -1) {
      found.month = month;
      return true;
    }
  }
  if (name === "am" || name === "pm") found.afternoon = name;
  else if (found.time !== null && Object.hasOwn(zones, name)) found.offset ??= zones[name] ?? 0;
  return true;
}

/** RFC 5322 3.3: "+" or "-", two digits of hours, two of minutes. One that no clock on earth shows counts as UTC. */
function numericZone(word: string): number {
  const digits = word.replace(":", "");
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  if (minutes >= dayMinutes) return 0;
  return word.startsWith("-") ? -minutes : minutes;
}

function assemble({ day, month, year, time, afternoon, offset }: Found): DateTime | null {
  if (day === null || month === null || year === null) return null;
  let [hour, minute, second] = time ?? [0, 0, 0];
  if (afternoon !== null && hour >= 1 && hour <= 12) hour = (hour % 12) + (afternoon === "pm" ? 12 : 0);
  // RFC 5322 3.3 allows second 60, a leap second.
  if (day < 1 || year < 1 || hour > 23 || minute > 59 || second > 60) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (date.getUTCMonth() !== month) return null;
  date.setUTCHours(hour, minute, second);
  const offsetMinutes = offset ?? 0;
  return { epochMs: date.getTime() - offsetMinutes * minuteMs, offsetMinutes };
}
