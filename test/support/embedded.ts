// The embedded store and the mail service over a temporary folder, with a clock that tests set.

import type { AccountMail, StagedMessage } from "../../src/mailbox/mail.ts";
import { MailService } from "../../src/mailbox/mail-service.ts";
import { type AccountId, asAccountId } from "../../src/model/ids.ts";
import { auditAccount } from "../../src/store/audit.ts";
import type { DatabaseHooks } from "../../src/store/sqlite/sqlite-database.ts";
import { SqliteStores } from "../../src/store/sqlite/sqlite-stores.ts";
import { tempDir } from "./temp-dir.ts";

export class TestClock {
  #nowMs = Date.UTC(2026, 0, 15, 12);
  nowMs(): number {
    return this.#nowMs;
  }
  monotonicMs(): number {
    return performance.now();
  }
  advance(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }
}

export const testAccount: AccountId = asAccountId("00000000000000aa");

/** Stores and service over a folder of their own; disposing of it audits every account and throws on a finding. */
export async function embedded(hooks: DatabaseHooks = {}) {
  const folder = await tempDir();
  const clock = new TestClock();
  const stores = await SqliteStores.open({ dataFolder: folder.path, holder: "a test", clock, hooks });
  const mail = new MailService(stores, clock);
  return {
    folder: folder.path,
    clock,
    stores,
    mail,
    async [Symbol.asyncDispose]() {
      await mail.stop();
      const findings: string[] = [];
      for (const id of await stores.accountIds())
        findings.push(...(await auditAccount(await stores.account(id), () => undefined)));
      await stores.close();
      await folder[Symbol.asyncDispose]();
      if (findings.length > 0) throw new Error(`the audit found:\n${findings.join("\n")}`);
    },
  };
}

/** A staged message of these bytes or this text. */
export async function stage(account: AccountMail, message: string | Uint8Array): Promise<StagedMessage> {
  const sink = account.newMessage();
  await sink.write(typeof message === "string" ? new TextEncoder().encode(message) : message);
  return sink.finish();
}
