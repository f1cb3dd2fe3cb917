// The messages of the simulation: small, each known by a name of its own.

import type { Chance } from "../support/chance.ts";

export interface Letter {
  readonly name: string;
  readonly octets: string;
  /** INTERNALDATE as APPEND takes it (RFC 9051 9: date-time). */
  readonly date: string;
  readonly dateMs: number;
}

const subjects = ["tea", "rain", "letters", "tea and rain"] as const;
const months = ["Jan", "Feb", "Mar"] as const;

export function newLetter(chance: Chance): Letter {
  const name = `n${chance.below(0x1_0000_0000).toString(36)}`;
  const month = chance.below(months.length);
  const day = chance.between(10, 28);
  const body = `${"word ".repeat(chance.below(30))}${name}\r\n`;
  return {
    name,
    octets: `From: ann@example.org\r\nSubject: ${chance.pick(subjects)}\r\n\r\n${body}`,
    date: `${day}-${months[month]}-2026 12:00:00 +0000`,
    dateMs: Date.UTC(2026, month, day, 12),
  };
}
