// What a client keeps of a mailbox when it leaves, to come back with QRESYNC (RFC 7162 3.2.5): UIDs, flags, and the
// mod-sequence up to which it has heard everything.

import type { ImapConnection } from "./imap-connection.ts";
import type { Mailbox, Person } from "./model.ts";
import type { ToldFlags } from "./picture.ts";

export interface Keepsake {
  readonly mailbox: Mailbox;
  readonly modSeq: number;
  readonly person: Person;
  /** By UID, ascending. */
  readonly flags: ReadonlyMap<number, ToldFlags>;
}

/** Null unless the client knows UID and flags of all messages: it would never hear of those that it lacks. */
export function keepsakeOf({ picture, highestModSeq, dialect }: ImapConnection): Keepsake | null {
  if (!dialect.resumes || picture === null || highestModSeq === 0) return null;
  const flags = new Map<number, ToldFlags>();
  for (const uid of picture.uids) {
    const told = uid === null ? undefined : picture.told.get(uid);
    if (uid === null || told === undefined) return null;
    flags.set(uid, { ...told });
  }
  return { mailbox: picture.mailbox, modSeq: highestModSeq, person: picture.person, flags };
}
