// Delivers what the queue has for mailboxes on this server: reports, and mail that could not be filed when it came.

import { concatBytes } from "../base/bytes.ts";
import type { Directory } from "../directory/directory.ts";
import type { AccountId } from "../model/ids.ts";
import { refuse } from "../model/problem.ts";
import { isOurFault, outcomeOf } from "./faults.ts";
import { type FilingPort, fileLetter } from "./file-letter.ts";
import { withHead } from "./headed-letter.ts";
import type { Outcome } from "./outcome.ts";
import type { Job } from "./queue.ts";
import type { Carrier } from "./queue-runner.ts";
import { deliveredToField, fieldBytes, returnPathField } from "./trace-fields.ts";

export class AccountCarrier implements Carrier {
  readonly route = "account";
  readonly workers = 2;
  readonly #mail: FilingPort;
  readonly #directory: Pick<Directory, "resolveRecipient">;
  readonly #failed: (error: unknown) => void;

  constructor(mail: FilingPort, directory: Pick<Directory, "resolveRecipient">, failed: (error: unknown) => void) {
    this.#mail = mail;
    this.#directory = directory;
    this.#failed = failed;
  }

  async attempt(job: Job): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const { address } of job.recipients) outcomes.push(await this.#deliver(job, address));
    return outcomes;
  }

  async rest(): Promise<void> {
    // Nothing is kept open.
  }

  async #deliver(job: Job, address: string): Promise<Outcome> {
    try {
      const account = await this.#accountOf(address);
      const head = concatBytes([fieldBytes(returnPathField(job.sender)), fieldBytes(deliveredToField(address))]);
      await fileLetter(this.#mail, withHead(head, job.letter, 0), {
        account,
        to: "inbox",
        internalDateMs: job.triedFromMs,
      });
      return { kind: "delivered" };
    } catch (error) {
      if (isOurFault(error)) this.#failed(error);
      return outcomeOf(error);
    }
  }

  // The address may have changed hands while the message waited.
  async #accountOf(address: string): Promise<AccountId> {
    const found = await this.#directory.resolveRecipient(address);
    if (found.kind !== "account") throw refuse({ kind: "recipient-unknown" });
    return found.accountId;
  }
}
