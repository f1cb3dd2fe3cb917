// Messages that say who they are, so that each can be known again wherever it turns up, and compared octet by octet.

import { createHash } from "node:crypto";
import type { Chance } from "../support/chance.ts";

export interface Letter {
  /** Once in the world: `w1-17`, who made it and its number. */
  readonly token: string;
  readonly bytes: Buffer;
}

/** A letter of about `size` octets, with what gives trouble on the way: dots, long lines, octets beyond ASCII. */
export function writeLetter(token: string, size: number, chance: Chance): Letter {
  const lines = [
    `X-Ledger: ${token}`,
    "From: Asha <asha@example.org>",
    "To: Bina <bina@example.org>",
    `Subject: letter ${token}`,
    `Message-ID: <${token}.${chance.below(1_000_000_000)}@ledger.example>`,
    "Date: Thu, 15 Jan 2026 12:00:00 +0000",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    "চিঠি পেয়েছি।",
    ".",
    "..",
    ".a line that begins with a dot",
  ];
  for (let length = 600; length < size; ) {
    const line = chance.below(0x1_0000_0000).toString(36).repeat(chance.between(1, 12));
    lines.push(line);
    length += line.length + 2;
  }
  return { token, bytes: Buffer.from(`${lines.join("\r\n")}\r\n`) };
}

/** Mostly small, some large, a few too large for the account's database. */
export function letterSize(chance: Chance): number {
  const kind = chance.next();
  if (kind < 0.7) return chance.between(600, 4_000);
  if (kind < 0.95) return chance.between(4_000, 110_000);
  return chance.between(140_000, 500_000);
}

/** The token of a message, wherever its header begins; undefined for one that nobody here wrote. */
export function tokenOf(message: Uint8Array | string): string | undefined {
  const head = typeof message === "string" ? message : Buffer.from(message.subarray(0, 4_096)).toString("latin1");
  return /^X-Ledger: (\S+)\r?$/m.exec(head)?.[1];
}

export function sumOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
