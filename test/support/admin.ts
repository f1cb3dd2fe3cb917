// The administration's verbs over a store of their own, run as the command line and the control socket run them.

import { join } from "node:path";
import { runVerb } from "../../src/admin/run-verb.ts";
import type { AdminContext, Given, Json } from "../../src/admin/verb.ts";
import { idleQueue } from "../../src/delivery/idle-queue.ts";
import { Spool } from "../../src/delivery/spool.ts";
import { usualPolicy } from "../../src/directory/directory-policy.ts";
import { ShareBook } from "../../src/directory/share-book.ts";
import { StoredDirectory } from "../../src/directory/stored-directory.ts";
import { switchableCapabilities } from "../../src/imap/withheld.ts";
import { SharingService } from "../../src/mailbox/sharing/sharing-service.ts";
import type { AccountId } from "../../src/model/ids.ts";
import { embedded } from "./embedded.ts";
import { realEntropy, TestClock } from "./stored-directory.ts";

export interface Said {
  readonly data: Json | undefined;
  readonly text: string;
  /** good, problem, or the kind of fault: usage, broken, or the problem a service refused with. */
  readonly verdict: string;
}

export async function adminFixture() {
  const world = await embedded();
  const clock = new TestClock();
  const directory = await StoredDirectory.open({
    database: world.stores.directory,
    clock,
    entropy: realEntropy,
    sleep: clock.sleep,
    policy: usualPolicy,
    attempted: () => undefined,
  });
  const bugs: unknown[] = [];
  const ended: [AccountId, string][] = [];
  const { queue, desk } = await idleQueue({
    spoolFolder: join(world.folder, "spool"),
    database: world.stores.directory,
    directory,
    clock,
    entropy: realEntropy,
    host: "mail.example.org",
  });
  const context: AdminContext = {
    directory,
    queue: desk,
    mail: world.mail,
    sharing: new SharingService({ mail: world.mail, shares: new ShareBook(world.stores.directory), directory }),
    clock,
    entropy: realEntropy,
    accountsOnDisk: () => world.stores.accountIds(),
    endSessions: (account, text) => void ended.push([account, text]),
    switchableCapabilities,
    endpoints: [
      { service: "submission", server: "mail.example.org", port: 465, encryption: "SSL/TLS" },
      { service: "imap", server: "mail.example.org", port: 143, encryption: "STARTTLS" },
      { service: "imap", server: "mail.example.org", port: 993, encryption: "SSL/TLS" },
    ],
  };
  const noteFault = (fault: unknown): string => {
    bugs.push(fault);
    return "b1";
  };
  return {
    ...world,
    directory,
    context,
    noteFault,
    bugs,
    /** Puts a letter into the queue that nobody works off. */
    put: async (
      name: string,
      text: string | Uint8Array,
      recipients: readonly string[],
      sender = "asha@example.org",
    ) => {
      const bytes = typeof text === "string" ? Buffer.from(text) : text;
      const writer = new Spool(join(world.folder, "spool"), bytes.length).newLetter();
      await writer.write(bytes);
      await using letter = await writer.finish();
      await queue.put(letter, {
        name,
        sender,
        account: undefined,
        returned: undefined,
        envelopeId: undefined,
        international: false,
        recipients: recipients.map((address) => ({
          address,
          notify: undefined,
          originalRecipient: undefined,
          route: "smarthost" as const,
          fault: undefined,
        })),
      });
    },
    ended,
    say: async (verb: string, given: Given = {}): Promise<Said> => {
      const result = await runVerb(verb, given, { context, noteFault, progress: () => undefined });
      if ("outcome" in result) return result.outcome;
      const { kind, problem, text } = result.fault;
      return { data: undefined, text, verdict: problem ?? kind };
    },
  };
}
