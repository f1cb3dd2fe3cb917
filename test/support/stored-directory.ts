// A directory over a store of its own in a folder that goes away, with time that the test moves.

import type { Clock, Entropy } from "../../src/base/clock.ts";
import type { AttemptOutcome } from "../../src/directory/authenticator.ts";
import { usualPolicy } from "../../src/directory/directory-policy.ts";
import { StoredDirectory } from "../../src/directory/stored-directory.ts";
import type { AccountId } from "../../src/model/ids.ts";
import { SqliteStores } from "../../src/store/sqlite/sqlite-stores.ts";
import { tempDir } from "./temp-dir.ts";

/** Time stands still until it is moved; whoever sleeps moves it. */
export class TestClock implements Clock {
  ms = 1_700_000_000_000;
  readonly slept: number[] = [];

  nowMs(): number {
    return this.ms;
  }
  monotonicMs(): number {
    return this.ms;
  }
  readonly sleep = async (milliseconds: number): Promise<void> => {
    this.slept.push(milliseconds);
    this.ms += milliseconds;
  };
}

export const realEntropy: Entropy = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };

export interface DirectoryFixture extends AsyncDisposable {
  readonly directory: StoredDirectory;
  readonly clock: TestClock;
  readonly outcomes: AttemptOutcome[];
  /** Another directory over the same store, as after a restart. */
  reopened(): Promise<StoredDirectory>;
  /** Adds an account with the password "secret". */
  account(address: string): Promise<AccountId>;
}

/** With the domains example.org and উদাহরণ.বাংলা. */
export async function directoryFixture(): Promise<DirectoryFixture> {
  await using scope = new AsyncDisposableStack();
  const folder = scope.use(await tempDir());
  const clock = new TestClock();
  const stores = await SqliteStores.open({ dataFolder: folder.path, holder: "test", clock, hooks: {} });
  scope.defer(() => stores.close());
  const outcomes: AttemptOutcome[] = [];
  const open = (): Promise<StoredDirectory> =>
    StoredDirectory.open({
      database: stores.directory,
      clock,
      entropy: realEntropy,
      sleep: clock.sleep,
      policy: usualPolicy,
      attempted: (outcome) => void outcomes.push(outcome),
    });
  const directory = await open();
  await directory.addDomain("example.org");
  await directory.addDomain("উদাহরণ.বাংলা");
  const held = scope.move();
  return {
    directory,
    clock,
    outcomes,
    reopened: open,
    account: async (address) => {
      const id = directory.newAccountId();
      await directory.addAccount({ id, address, displayName: "", password: "secret" });
      return id;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
