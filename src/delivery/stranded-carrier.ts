// Mail for other servers that was queued while there was a smarthost, and now there is none: it waits for one to be
// configured again, and comes back when its time is over.

import type { Fault, Outcome } from "./outcome.ts";
import type { Job } from "./queue.ts";
import type { Carrier } from "./queue-runner.ts";

// RFC 3463 3.5: X.4.4, unable to route.
const fault: Fault = { status: "4.4.4", text: "No way to other servers is configured.", remote: undefined };

export const strandedCarrier: Carrier = {
  route: "smarthost",
  workers: 1,
  async attempt(job: Job): Promise<readonly Outcome[]> {
    return job.recipients.map(() => ({ kind: "deferred", fault }));
  },
  async rest(): Promise<void> {
    // Nothing is kept open.
  },
};
