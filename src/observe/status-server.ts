// /metrics and /healthz over HTTP (RFC 9110), for a scraper on the same machine: two pages, GET and HEAD, nothing read
// from the request but its line, tight in time and size.

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { statusConnectionsMax, statusHeaderBytesMax, statusRequestMs } from "../base/limits.ts";
import type { Health } from "./health.ts";
import type { PrometheusPage } from "./prometheus.ts";

export interface StatusPages {
  readonly metrics: PrometheusPage;
  readonly health: () => Promise<Health>;
}

export class StatusServer {
  readonly #server: Server;

  private constructor(pages: StatusPages) {
    this.#server = createServer(
      {
        maxHeaderSize: statusHeaderBytesMax,
        headersTimeout: statusRequestMs,
        requestTimeout: statusRequestMs,
        keepAliveTimeout: statusRequestMs,
        connectionsCheckingInterval: statusRequestMs,
      },
      (request, response) => void answer(pages, request, response),
    );
    this.#server.maxConnections = statusConnectionsMax;
    this.#server.timeout = 2 * statusRequestMs;
  }

  /** Resolves once it listens; rejects with the system's error. */
  static async open(at: { readonly host: string; readonly port: number }, pages: StatusPages): Promise<StatusServer> {
    const status = new StatusServer(pages);
    status.#server.listen(at);
    await once(status.#server, "listening");
    return status;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

// Never rejects.
async function answer(pages: StatusPages, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, contentType, text } = await pageFor(pages, request).catch(() => plainPage(500, "not available"));
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": new TextEncoder().encode(text).length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 405 && { allow: "GET, HEAD" }),
  });
  // A body that came along is not read: the connection ends instead.
  if (request.method !== "GET" && request.method !== "HEAD") response.shouldKeepAlive = false;
  response.end(request.method === "HEAD" ? undefined : text);
}

async function pageFor(pages: StatusPages, { method, url }: IncomingMessage): Promise<Page> {
  if (method !== "GET" && method !== "HEAD") return plainPage(405, "GET or HEAD");
  const path = url?.split("?", 1)[0] ?? "";
  switch (path) {
    case "/metrics":
      return { status: 200, contentType: pages.metrics.contentType, text: await pages.metrics.text() };
    case "/healthz": {
      const health = await pages.health();
      const status = health.status === "ok" ? 200 : 503;
      return { status, contentType: "application/json", text: `${JSON.stringify(health)}\n` };
    }
    default:
      return plainPage(404, "/metrics or /healthz");
  }
}

function plainPage(status: number, text: string): Page {
  return { status, contentType: "text/plain; charset=utf-8", text: `${text}\n` };
}
