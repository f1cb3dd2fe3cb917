// The mail service over a store whose commits, flushes and reads wait for the test, and one account in it that is open.

import type { AccountMail } from "../../src/mailbox/mail.ts";
import { MailService } from "../../src/mailbox/mail-service.ts";
import { TestClock, testAccount } from "../support/embedded.ts";
import { type ScheduledDatabase, ScheduledStores } from "./scheduled-store.ts";

export interface ScheduledMail {
  readonly stores: ScheduledStores;
  readonly service: MailService;
  readonly mail: AccountMail;
  /** The account's. Nothing waits in it at the beginning, nor at the end. */
  readonly database: ScheduledDatabase;
}

export async function withScheduledMail(work: (parts: ScheduledMail) => Promise<void>): Promise<void> {
  const stores = new ScheduledStores();
  const service = new MailService(stores, new TestClock());
  await stores.createAccount(testAccount);
  const database = stores.databaseOf(testAccount);
  database.pace = "at-once";
  await service.create(testAccount);
  {
    using mail = await service.open(testAccount);
    await work({ stores, service, mail, database });
  }
  database.pace = "at-once";
  await service.stop();
  await stores.close();
}
