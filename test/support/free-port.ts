// A port of this machine that nobody listens on now. Prefer listening on port 0 and asking which port it became: this one
// may be taken again before it is used, so it is for programs that must be told a number.

import { once } from "node:events";
import { createServer } from "node:net";

export async function freePort(host = "127.0.0.1"): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has an address and a port");
  return address.port;
}
