// The HTTPS port of trial mode: a page that says that the server runs, and a health endpoint. It takes nothing in.

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { bind } from "../../net/listener.ts";

export interface TrialPage extends AsyncDisposable {
  readonly port: number;
}

const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Dakghar</title></head>
<body>
<h1>Dakghar · ডাকঘর</h1>
<p>The post office is open, in trial mode. The terminal it was started in shows what to type into a mail program.</p>
<p lang="bn">ডাকঘর খোলা আছে, পরীক্ষামূলকভাবে। মেইল প্রোগ্রামে কী লিখতে হবে, তা যে টার্মিনালে এটি চালু হয়েছে সেখানেই লেখা আছে।</p>
</body>
</html>
`;

export async function openTrialPage(
  hosts: readonly string[],
  port: number,
  pair: { readonly cert: Uint8Array; readonly key: Uint8Array },
): Promise<TrialPage> {
  const options = { cert: Buffer.from(pair.cert), key: Buffer.from(pair.key), requestTimeout: 30_000 };
  const servers: Server[] = [];
  let chosen = port;
  for (const host of hosts) {
    const server = createServer(options, answer);
    await bind(server, { host, port: chosen });
    const address = server.address();
    if (typeof address === "object" && address !== null) chosen = address.port;
    servers.push(server);
  }
  return {
    port: chosen,
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

const headers = {
  "content-security-policy": "default-src 'none'",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

function answer({ method, url }: IncomingMessage, response: ServerResponse): void {
  const body = method === "HEAD" ? "" : undefined;
  if (method !== "GET" && method !== "HEAD") {
    response.writeHead(405, { ...headers, allow: "GET, HEAD" }).end();
  } else if (url === "/") {
    response.writeHead(200, { ...headers, "content-type": "text/html; charset=utf-8" }).end(body ?? page);
  } else if (url === "/health") {
    response.writeHead(200, { ...headers, "content-type": "application/json" }).end(body ?? '{"status":"ok"}\n');
  } else {
    response.writeHead(404, { ...headers, "content-type": "text/plain; charset=utf-8" }).end(body ?? "Not found\n");
  }
}
