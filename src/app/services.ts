// The services over one data folder: what the server runs on, and what a command runs on when no server does.

import { mkdir } from "node:fs/promises";
import type { AttemptOutcome } from "../directory/authenticator.ts";
import type { DirectoryPolicy } from "../directory/directory-policy.ts";
import { ShareBook } from "../directory/share-book.ts";
import { StoredDirectory } from "../directory/stored-directory.ts";
import { MailService } from "../mailbox/mail-service.ts";
import { SharingService } from "../mailbox/sharing/sharing-service.ts";
import type { AttemptSource } from "../sasl/credential-port.ts";
import type { DatabaseHooks } from "../store/sqlite/sqlite-database.ts";
import { SqliteStores } from "../store/sqlite/sqlite-stores.ts";
import { systemClock, systemEntropy } from "./system.ts";

export interface ServicesOptions {
  readonly dataFolder: string;
  /** What this process is, for whoever finds the folder in use. */
  readonly holder: string;
  readonly policy: DirectoryPolicy;
  readonly hooks: DatabaseHooks;
  /** When text is indexed; after delivery if left out. */
  readonly indexing?: "after-delivery" | "on-demand";
  readonly attempted: (outcome: AttemptOutcome, user: string, source: AttemptSource) => void;
}

export interface Services extends AsyncDisposable {
  readonly stores: SqliteStores;
  readonly directory: StoredDirectory;
  readonly mail: MailService;
  readonly sharing: SharingService;
}

/** Throws FolderInUse. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { dataFolder, holder, hooks, policy, attempted, indexing = "after-delivery" } = options;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await using scope = new AsyncDisposableStack();
  const stores = await SqliteStores.open({ dataFolder, holder, clock: systemClock, hooks, indexing });
  scope.defer(() => stores.close());
  const directory = await StoredDirectory.open({
    database: stores.directory,
    clock: systemClock,
    entropy: systemEntropy,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
    policy,
    attempted,
  });
  const mail = new MailService(stores, systemClock, policy.quota);
  scope.defer(() => mail.stop());
  const sharing = new SharingService({ mail, shares: new ShareBook(stores.directory), directory });
  const held = scope.move();
  return { stores, directory, mail, sharing, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
