// Several people over one store, each with an account and a session of mail, for tests of what they share.

import { ShareBook } from "../../src/directory/share-book.ts";
import type { OpenMailbox } from "../../src/mailbox/open-mailbox.ts";
import type { PersonalMail } from "../../src/mailbox/sharing/personal-mail.ts";
import { SharingService } from "../../src/mailbox/sharing/sharing-service.ts";
import { flagNames, flagSet } from "../../src/model/flags.ts";
import { type AccountId, asAccountId, type Uid } from "../../src/model/ids.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import { ProblemRefusal } from "../../src/model/problem.ts";
import { parseRights, type Rights } from "../../src/model/rights.ts";
import { uidSet } from "../../src/model/uid-set.ts";
import { embedded, stage } from "./embedded.ts";
import { MemoryDirectory } from "./memory-directory.ts";

export const addresses = {
  asha: "asha@example.org",
  sahir: "সাহির@example.org",
  bimal: "bimal@example.org",
  stranger: "stranger@example.net",
} as const;
export type Who = keyof typeof addresses;

export const theirs = (who: Who, name: string): string => `Other Users/${addresses[who]}/${name}`.normalize("NFC");

export function rights(letters: string): Rights {
  const parsed = parseRights(letters);
  if (parsed === undefined) throw new RangeError(`no rights: ${letters}`);
  return parsed;
}

/** Disposing of it audits every account. */
export async function sharedWorld() {
  await using scope = new AsyncDisposableStack();
  const world = scope.use(await embedded());
  const directory = new MemoryDirectory();
  const shares = new ShareBook(world.stores.directory);
  const sharing = new SharingService({ mail: world.mail, shares, directory });
  const ids = new Map<string, AccountId>();
  for (const [who, address] of Object.entries(addresses)) {
    const id = asAccountId((0xa0 + ids.size).toString(16).padStart(16, "0"));
    ids.set(who, id);
    await world.mail.create(id);
    directory.set(id, address);
  }
  const idOf = (who: Who): AccountId => {
    const id = ids.get(who);
    if (id === undefined) throw new RangeError(who);
    return id;
  };
  const held = scope.move();
  return {
    world,
    directory,
    sharing,
    idOf,
    open: (who: Who): Promise<PersonalMail> => sharing.open(idOf(who), addresses[who]),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

export type SharedWorld = Awaited<ReturnType<typeof sharedWorld>>;

/** `identifier` may do what `letters` say in the mailbox, and nothing else. */
export function grant(mail: PersonalMail, name: string, identifier: string, letters: string): Promise<void> {
  return mail.changeAcl(mailboxName(name), { identifier, how: "replace", rights: rights(letters) });
}

/** Puts a message in, and answers its UID. */
export async function put(mail: PersonalMail, name: string, text = "hello", flags = flagSet(0, [])): Promise<Uid> {
  const { id } = await mail.destination(mailboxName(name));
  const message = await stage(mail, `Subject: ${text}\r\n\r\n${text}\r\n`);
  const [uid] = (await mail.append(id, [{ message, flags }])).uids;
  if (uid === undefined) throw new Error("a message that was put in has a UID");
  return uid;
}

export interface People {
  readonly asha: PersonalMail;
  readonly sahir: PersonalMail;
  readonly world: SharedWorld;
}

export async function withTwo(body: (people: People) => Promise<void>): Promise<void> {
  await using world = await sharedWorld();
  using asha = await world.open("asha");
  using sahir = await world.open("sahir");
  await body({ asha, sahir, world });
}

export async function opened(mail: PersonalMail, name: string): Promise<OpenMailbox> {
  return mail.open((await mail.find(mailboxName(name))).id, "read-write");
}

export const everything = uidSet([[1, 0xffff_ffff]]);

/** The flags of each message, as words. */
export const flagsIn = (mailbox: OpenMailbox): string[] =>
  mailbox.uidsWithin(everything).map((uid) => flagNames(mailbox.facts(uid)?.flags ?? flagSet(0, [])).join(" "));

export const refusedAs = (kind: string) => (error: unknown) =>
  error instanceof ProblemRefusal && error.problem.kind === kind;
