// A verb from the command line: asked of the running server; or done here, over the data folder, when none runs. The
// folder is held meanwhile, so nothing happens behind a server's back.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askControl, type ControlResult, connectControl } from "../admin/control-client.ts";
import { runVerb } from "../admin/run-verb.ts";
import type { MailEndpoint } from "../admin/settings-table.ts";
import type { Given, Progress, Verb } from "../admin/verb.ts";
import { controlConnectMs } from "../base/limits.ts";
import type { DirectoryPolicy } from "../directory/directory-policy.ts";
import { FolderInUse } from "../store/sqlite/data-folder.ts";
import { controlPath } from "./control-path.ts";
import { becomeOwnerOf } from "./folder-owner.ts";
import { systemClock, systemEntropy } from "./system.ts";

export interface AdminOrder {
  readonly verb: Verb;
  readonly given: Given;
  readonly dataFolder: string;
  /** For a verb done here; a running server knows its own. */
  readonly endpoints: readonly MailEndpoint[];
  readonly policy: DirectoryPolicy;
  readonly noteFault: (fault: unknown) => string;
  readonly progress: Progress;
}

/** Throws FolderInUse when the folder is held by a process that does not answer. */
export async function runAdminVerb(order: AdminOrder): Promise<ControlResult> {
  const deadlineMs = systemClock.monotonicMs() + controlConnectMs;
  for (;;) {
    const socket = await connectControl(controlPath(order.dataFolder));
    if (socket !== undefined)
      return await askControl(socket, { verb: order.verb.name, given: order.given }, order.progress);
    try {
      return await runHere(order);
    } catch (error) {
      // A server that has just started holds the folder before it listens; so does another command.
      if (!(error instanceof FolderInUse) || systemClock.monotonicMs() > deadlineMs) throw error;
      await sleep(100);
    }
  }
}

async function runHere({
  verb,
  given,
  dataFolder,
  endpoints,
  policy,
  noteFault,
  progress,
}: AdminOrder): Promise<ControlResult> {
  await becomeOwnerOf(dataFolder);
  // Not needed where a server runs.
  const { openServices } = await import("./services.ts");
  const { switchableCapabilities } = await import("../imap/withheld.ts");
  const { idleQueue } = await import("../delivery/idle-queue.ts");
  await using services = await openServices({
    dataFolder,
    holder: `process ${process.pid}: dakghar ${verb.name}`,
    policy,
    hooks: { failed: (error) => void noteFault(error) },
    attempted: () => undefined,
  });
  const { directory, mail, sharing, stores } = services;
  const { desk } = await idleQueue({
    spoolFolder: join(dataFolder, "spool"),
    database: stores.directory,
    directory,
    clock: systemClock,
    entropy: systemEntropy,
    host: endpoints[0]?.server ?? "localhost",
  });
  const context = {
    directory,
    mail,
    sharing,
    queue: desk,
    endpoints,
    clock: systemClock,
    entropy: systemEntropy,
    accountsOnDisk: () => stores.accountIds(),
    // Nobody is logged in where no server runs.
    endSessions: () => undefined,
    switchableCapabilities,
  };
  return await runVerb(verb.name, given, { context, noteFault, progress });
}
