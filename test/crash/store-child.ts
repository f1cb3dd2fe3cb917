// A process that only writes to a store, for tests that take its disk away. It speaks JSON lines: {"op", "n"} in,
// {"n", "ok" | "problem"} out.

import { createInterface } from "node:readline";
import { MailService } from "../../src/mailbox/mail-service.ts";
import { noFlags } from "../../src/model/flags.ts";
import { asAccountId } from "../../src/model/ids.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import { ProblemRefusal } from "../../src/model/problem.ts";
import { SqliteStores } from "../../src/store/sqlite/sqlite-stores.ts";

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const dataFolder = process.argv[2] ?? "";
const failpoint = process.argv[3];
let reachedTimes = 0;
const hooks = {
  reached(point: string) {
    const [name, times] = failpoint?.split("@") ?? [];
    if (point === name && ++reachedTimes >= Number(times ?? 1)) process.kill(process.pid, "SIGKILL");
  },
};
const stores = await SqliteStores.open({ dataFolder, holder: `process ${process.pid}`, clock, hooks });
const mail = new MailService(stores, clock);
const id = asAccountId("00000000000000aa");
if ((await stores.accountIds()).length === 0) await mail.create(id);
const account = await mail.open(id);
const inbox = await account.find(mailboxName("INBOX"));
const view = await account.open(inbox.id, "read-write");

const say = (answer: object): void => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
};

async function perform(op: string, n: number, size: number): Promise<object> {
  if (op === "append") {
    const sink = account.newMessage();
    try {
      await sink.write(
        new TextEncoder().encode(`Subject: ${n}\r\nMessage-ID: <${n}@x>\r\n\r\n${"x".repeat(size)}\r\n`),
      );
      const { uids } = await account.append(inbox.id, [{ message: await sink.finish(), flags: noFlags }]);
      return { uid: uids[0] };
    } catch (error) {
      await sink.discard();
      throw error;
    }
  }
  if (op === "read") {
    view.takeNews("tell");
    const facts = view.facts(n);
    if (facts === undefined) return { text: null };
    const body = await view.body(facts.content);
    return { text: new TextDecoder().decode(await body.slice(0, 40)) };
  }
  if (op === "check") return { findings: await account.check(() => undefined) };
  if (op === "exists") {
    view.takeNews("tell");
    return { exists: view.exists };
  }
  throw new Error(`no such operation: ${op}`);
}

say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { op, n, size } = JSON.parse(line);
  perform(op, n, size ?? 100).then(
    (result) => say({ n, ...result }),
    (error: unknown) => say({ n, problem: error instanceof ProblemRefusal ? error.problem.kind : String(error) }),
  );
}
await mail.stop();
await stores.close();
