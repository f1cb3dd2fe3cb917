// A port of this machine that nobody listens on now. Prefer listening on port 0 and asking which port it became: this one
// may be taken again before it is used, so it is for programs that must be told a number.

import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Linux gives none from here to 32,768 to outgoing connections, which would take them meanwhile. */
const portsFrom = 10_000;
const portsEnd = 32_000;

/** Not one of `taken`. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (;;) {
    const port = randomInt(portsFrom, portsEnd);
    if (taken.has(port)) continue;
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
