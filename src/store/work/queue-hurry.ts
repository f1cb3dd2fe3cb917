// Makes due what has waited only for a server that could not be reached, once it can be.

import { run, sql, type Work } from "../sql.ts";
import type { QueueRoute } from "./queue-insert.ts";

/** RFC 3463 3.5: X.4.1, no answer from host. `last_reply` begins with the status. */
export function* hurryUnreached(route: QueueRoute, nowMs: number): Work<void> {
  yield* run(
    sql`update queue_recipient set next_attempt_at = ${nowMs}
      where route = ${route} and next_attempt_at > ${nowMs} and release_at is null and last_reply like '4.4.1 %'`,
  );
}
