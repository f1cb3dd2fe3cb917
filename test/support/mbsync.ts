// mbsync (isync): the account and a folder of Maildirs, kept the same both ways, mailboxes and their removal included.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runWell } from "./client-program.ts";
import type { MailPlace } from "./mail-place.ts";

export interface Mbsync {
  /** A Maildir for each mailbox, named as the mailbox is on the wire (modified UTF-7). */
  readonly maildirs: string;
  /** Runs it; gives all that it said and heard. */
  run(): Promise<string>;
  /** The files of a mailbox's messages, by UID. */
  messages(mailbox: string): Promise<string[]>;
  /** What the messages of a mailbox say, with the line ends of mail. */
  texts(mailbox: string): Promise<string[]>;
  /** Puts a message with the line ends of mail into a mailbox's Maildir, as a mail program would. */
  put(mailbox: string, name: string, message: string): Promise<void>;
}

/** The commands by which mbsync moves a message or its flags, in what it says to the server. */
export const mbsyncTransfers =
  />>> \d+ (?:APPEND|UID COPY|UID MOVE|(?:UID )?STORE|(?:UID )?EXPUNGE|UID FETCH .*BODY\.PEEK\[\])/;

/** In `folder`, which exists and has nothing else of mbsync's. */
export async function mbsyncIn(folder: string, place: MailPlace): Promise<Mbsync> {
  const config = join(folder, "mbsyncrc");
  const maildirs = join(folder, "Mail");
  await mkdir(maildirs);
  await writeFile(
    config,
    `FSync no

${imapStore("far", place)}
MaildirStore near
Path ${maildirs}/
Inbox ${maildirs}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
`,
  );
  const messages = async (mailbox: string): Promise<string[]> => {
    const places = ["new", "cur"].map((name) => join(maildirs, mailbox, name));
    const paths = await Promise.all(
      places.map(async (place) => (await readdir(place)).map((name) => join(place, name))),
    );
    return paths.flat().sort((one, other) => uidOf(one) - uidOf(other));
  };
  return {
    maildirs,
    messages,
    run: () => runWell("mbsync", ["-Dn", "-c", config, "all"], { home: folder, timeoutMs: 120_000 }),
    texts: async (mailbox) =>
      await Promise.all(
        (await messages(mailbox)).map(async (path) =>
          withoutTuid(await readFile(path, "utf8")).replaceAll("\n", "\r\n"),
        ),
      ),
    put: (mailbox, name, message) => writeFile(join(maildirs, mailbox, "cur", name), message.replaceAll("\r\n", "\n")),
  };
}

/** Copies all mailboxes of an account into those of another, as someone does who moves house; gives what was said. */
export async function mbsyncAccounts(folder: string, from: MailPlace, to: MailPlace): Promise<string> {
  const config = join(folder, "mbsyncrc");
  const channel = "Channel all\nFar :far:\nNear :near:\nPatterns *\nSync Pull\nCreate Near\nCopyArrivalDate yes\n";
  const stores = `${imapStore("far", from)}\n${imapStore("near", to)}`;
  await writeFile(config, `${stores}\n${channel}SyncState ${folder}/state/\n`);
  await mkdir(join(folder, "state"));
  return await runWell("mbsync", ["-Dn", "-c", config, "all"], { home: folder, timeoutMs: 120_000 });
}

function imapStore(name: string, { host, ports, caFile, user, password }: MailPlace): string {
  return `IMAPAccount ${name}
Host ${host}
Port ${ports.imaps}
User ${user}
Pass "${password}"
SSLType IMAPS
CertificateFile ${caFile}
SystemCertificates no

IMAPStore ${name}
Account ${name}
`;
}

/** Mbsync keeps the UID that the server gave in the name of the file. */
export function uidOf(path: string): number {
  const uid = /,U=(\d+)/.exec(path)?.[1];
  if (uid === undefined) throw new Error(`${path} has no UID in its name`);
  return Number(uid);
}

/** What a Maildir's file says, without the field that mbsync marks what it copies with, the last of the header. */
export function withoutTuid(message: string): string {
  return message.replace(/^X-TUID: [\w+/]{12}\r?\n(?=\r?\n)/m, "");
}
