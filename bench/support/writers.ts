// Three ways to run the same units of work in SQLite:
//   "loop"           as the server does: on the event loop's thread, flushed by fdatasync in the thread pool
//   "thread"         in a worker thread with synchronous=FULL, a message to and fro and a transaction a call
//   "thread, group"  the same, where all calls that have come in share a transaction and its flush
// An append is on the disk when it resolves. A flag change is committed and not yet flushed; the thread commits it with
// synchronous=OFF, as the server does.

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { MailboxId, Uid } from "../../src/model/ids.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import { noQuota } from "../../src/model/quota.ts";
import { Checkpointer } from "../../src/store/sqlite/checkpointer.ts";
import { migrate } from "../../src/store/sqlite/migrations.ts";
import { SqliteDatabase } from "../../src/store/sqlite/sqlite-database.ts";
import { appendMessages, type NewMessage } from "../../src/store/work/append.ts";
import { createMailboxes } from "../../src/store/work/mailboxes.ts";
import { storeFlags } from "../../src/store/work/store-flags.ts";
import { TestClock } from "../../test/support/embedded.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { type FlagTurn, flagOrder, type ThreadAnswer, type ThreadRequest } from "./writer-request.ts";

export type Way = "loop" | "thread" | "thread, group";

export interface Writer extends AsyncDisposable {
  append(message: NewMessage): Promise<void>;
  flag(uid: Uid, turn: FlagTurn): Promise<void>;
}

export async function openWriter(way: Way): Promise<Writer> {
  await using scope = new AsyncDisposableStack();
  const path = join(scope.use(await tempDir()).path, "mail.db");
  migrate(path, "account");
  const clock = new TestClock();
  const checkpointer = new Checkpointer();
  scope.defer(() => checkpointer.close());
  const database = await SqliteDatabase.open(path, checkpointer, { clock, hooks: {} });
  const inbox = { name: mailboxName("INBOX"), role: null, subscribed: true } as const;
  const { ids } = await database.write(() => createMailboxes([inbox], clock.nowMs(), noQuota), "flushed");
  const [mailbox] = ids;
  if (mailbox === undefined) throw new Error("no mailbox was made");
  if (way === "loop") scope.defer(() => database.close());
  else await database.close();
  const thread =
    way === "loop"
      ? null
      : scope.use(new WriterThread({ path, mailbox, group: way === "thread" ? "one by one" : "together" }));
  const running = scope.move();
  const inLoop: Omit<Writer, typeof Symbol.asyncDispose> = {
    append: async (message) => {
      await database.write(() => appendMessages(mailbox, [message], clock.nowMs(), noQuota), "flushed");
    },
    flag: async (uid, turn) => {
      await database.write(() => storeFlags(flagOrder(mailbox, uid, turn)), "soon");
    },
  };
  const inThread: typeof inLoop = {
    append: (message) => (thread ?? inLoop).append(message),
    flag: (uid, turn) => (thread ?? inLoop).flag(uid, turn),
  };
  return { ...(thread === null ? inLoop : inThread), [Symbol.asyncDispose]: () => running.disposeAsync() };
}

export interface ThreadOrder {
  readonly path: string;
  readonly mailbox: MailboxId;
  readonly group: "together" | "one by one";
}

class WriterThread implements Writer {
  readonly #thread: Worker;
  readonly #waiting = new Map<number, { readonly resolve: () => void; readonly reject: (reason: Error) => void }>();
  #next = 1;

  constructor(order: ThreadOrder) {
    this.#thread = new Worker(new URL("./writer-thread.ts", import.meta.url), { workerData: order });
    this.#thread.on("message", ({ done, error }: ThreadAnswer) => {
      for (const id of done) {
        const caller = this.#waiting.get(id);
        this.#waiting.delete(id);
        if (error === null) caller?.resolve();
        else caller?.reject(new Error(error));
      }
    });
  }

  append(message: NewMessage): Promise<void> {
    const { inline } = message.content;
    // The body was made for this call: it can be handed over instead of copied.
    return this.#ask({ id: this.#next++, message }, inline === null ? [] : [inline.buffer as ArrayBuffer]);
  }

  flag(uid: Uid, turn: FlagTurn): Promise<void> {
    return this.#ask({ id: this.#next++, uid, turn }, []);
  }

  #ask(request: ThreadRequest, handedOver: readonly ArrayBuffer[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#thread.postMessage(request, [...handedOver]);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.terminate();
  }
}
