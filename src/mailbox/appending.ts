// Messages on their way into a mailbox, as adapters see them.

import type { FlagSet } from "../model/flags.ts";
import type { Uid, UidValidity } from "../model/ids.ts";
import type { QuotaRoom } from "../model/quota.ts";
import type { StoredBody } from "../store/store.ts";

/** A message whose bytes are complete and safe, and whose structure is known, but which is in no mailbox yet. */
export interface StagedMessage {
  readonly size: number;
  /** What has been written. */
  readonly body: StoredBody;
  /** Drops it. */
  discard(): Promise<void>;
}

/** Takes a message's bytes as they come; parses and hashes on the way. */
export interface MessageSink {
  /** Await what it returns before writing more. Throws message-too-large, disk-full, store-unavailable. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  finish(): Promise<StagedMessage>;
  discard(): Promise<void>;
}

export interface AppendItem {
  readonly message: StagedMessage;
  readonly flags: FlagSet;
  /** Milliseconds since 1970; now if absent. */
  readonly internalDateMs?: number;
}

export interface AppendResult {
  readonly uidValidity: UidValidity;
  /** In the order of the items. */
  readonly uids: readonly Uid[];
  readonly room: QuotaRoom;
}
