// Which messages a command names, as its client knows them: by number or by UID, those that it knows to be named, and those
// that it may have named without knowing.

import type { Chance } from "../../support/chance.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { numbersOf, setOf } from "../imap-response.ts";
import type { Message } from "../model.ts";
import type { Picture } from "../picture.ts";

export interface Named {
  readonly numbering: "seq" | "uid";
  readonly set: string;
  /** Messages that the client knows to be named. */
  readonly known: readonly Message[];
  /** How many numbers have a meaning that the client does not know. */
  readonly unknown: number;
  /** Whether the UID is named, whatever "*" stands for. */
  isSurely(uid: number): boolean;
  /** Whether the message may be named: of those that arrived meanwhile, too. */
  mayBe(message: Message): boolean;
  /** `FETCH` or `UID FETCH`. */
  verb(name: string): string;
}

export interface Naming {
  /** "known": only numbers whose UID the client knows; what it changes must be plain. */
  readonly numbers: "any" | "known";
}

/** Null when there is nothing to name. */
export function nameMessages(session: ImapConnection, chance: Chance, naming: Naming): Named | null {
  const named = nameAny(session, chance, naming);
  return named === null ? null : withinLimit(session, named);
}

/** RFC 9738 3.1: a command takes the newest messages. What the client does not know of may be among them. */
export function withinLimit({ account, picture, given }: ImapConnection, named: Named): Named {
  if (!account.isLimited) return named;
  const knowsAll = given.length === 0 && picture?.uids.every((uid) => uid !== null) === true;
  const isPlain = knowsAll && !named.set.includes("*");
  if (!isPlain) return { ...named, known: [], unknown: 1 };
  return { ...named, known: named.known.slice(-account.messagesPerCommandMax) };
}

function nameAny(session: ImapConnection, chance: Chance, { numbers }: Naming): Named | null {
  const { picture } = session;
  if (picture === null) return null;
  if (session.saved !== null && chance.happens(0.15))
    return nameSaved(session.saved, picture, chance.happens(0.5) || session.namesByUid ? "uid" : "seq");
  const byUid = session.namesByUid || picture.exists === 0 || chance.happens(0.45);
  return byUid ? nameByUid(picture, chance) : nameBySeq(picture, chance, { numbers, open: session.given.length === 0 });
}

/** RFC 5182 2.1: what has been expunged since is passed over. */
function nameSaved(saved: ReadonlySet<number>, { uids, mailbox }: Picture, numbering: "seq" | "uid"): Named {
  const known = uids.flatMap((uid) => (uid !== null && saved.has(uid) ? (mailbox.message(uid) ?? []) : []));
  return {
    numbering,
    set: "$",
    known,
    unknown: 0,
    isSurely: (uid) => saved.has(uid),
    mayBe: (message) => saved.has(message.uid),
    verb: (name) => (numbering === "uid" ? `UID ${name}` : name),
  };
}

/** `open`: "*" will mean the last message that the client knows of. */
function nameBySeq(
  picture: Picture,
  chance: Chance,
  { numbers, open }: Naming & { readonly open: boolean },
): Named | null {
  const usable = picture.uids.flatMap((uid, at) => (uid === null && numbers === "known" ? [] : [at + 1]));
  if (usable.length === 0) return null;
  const whole = usable.length === picture.exists && chance.happens(0.25);
  const set = whole
    ? open
      ? "1:*"
      : `1:${picture.exists}`
    : setOf(chance.some(usable, chance.pick([1, 2, usable.length])));
  return namedInPicture(picture, "seq", set);
}

function nameByUid(picture: Picture, chance: Chance): Named {
  const { largestUid } = picture;
  const known = picture.uids.filter((uid) => uid !== null);
  if (known.length > 0 && chance.happens(0.5))
    return namedInPicture(picture, "uid", setOf(chance.some(known, chance.pick([1, 2, known.length]))));
  const from = chance.between(1, largestUid + 1);
  return namedInPicture(picture, "uid", `${from}:${chance.happens(0.3) ? "*" : from + chance.below(largestUid + 3)}`);
}

export function namedInPicture({ uids, mailbox, largestUid }: Picture, numbering: "seq" | "uid", set: string): Named {
  const most = numbering === "seq" ? uids.length : largestUid;
  const written = numbersOf(set.replace("*", String(most)));
  const found =
    numbering === "seq" ? written.map((seq) => uids[seq - 1] ?? null) : written.filter((uid) => uids.includes(uid));
  const known = found.flatMap((uid) => (uid === null ? [] : (mailbox.message(uid) ?? [])));
  const unknown = found.filter((uid) => uid === null).length;
  const names = new Set(written);
  const open = set.includes("*");
  const least = Number.parseInt(set, 10);
  return {
    numbering,
    set,
    // "*" is the largest UID when the command's turn comes, whichever that is then.
    known: open && numbering === "uid" ? known.filter(({ uid }) => uid >= least) : known,
    unknown,
    isSurely: (uid) => numbering === "uid" && (open ? uid >= least : names.has(uid)),
    mayBe: (message) => (numbering === "uid" ? open || names.has(message.uid) : known.includes(message) || unknown > 0),
    verb: (name) => (numbering === "uid" ? `UID ${name}` : name),
  };
}
