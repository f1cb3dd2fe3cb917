// Metrics and health as a scraper sees them.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { suite, test } from "node:test";
import { checkHealth, type Health } from "./health.ts";
import { CounterFamily, Durations } from "./metric-family.ts";
import { Metrics } from "./metrics.ts";
import { prometheusPage } from "./prometheus.ts";
import { StatusServer } from "./status-server.ts";

suite("metrics", () => {
  test("a cell counts for its labels, and is the same cell each time", () => {
    const family = new CounterFamily<"protocol" | "outcome">();
    family.cell({ protocol: "imap", outcome: "ok" }).value += 2;
    family.cell({ protocol: "imap", outcome: "ok" }).value += 1;
    family.cell({ protocol: "pop3", outcome: "ok" }).value += 1;
    assert.deepEqual(family.samples(), [
      { labels: { protocol: "imap", outcome: "ok" }, value: 3 },
      { labels: { protocol: "pop3", outcome: "ok" }, value: 1 },
    ]);
  });

  test("durations fall into the first bucket that holds them", () => {
    const durations = new Durations([1, 10]);
    for (const ms of [0, 1, 1.5, 10, 11, 1_000_000]) durations.observe(ms);
    assert.deepEqual(durations.cumulative(), [2, 4, 6]);
    assert.equal(durations.count, 6);
    assert.equal(durations.sumMs, 1_000_023.5);
  });

  test("each scrape shows the numbers of now", async () => {
    const metrics = new Metrics();
    let queued = 1;
    metrics.gauge({ name: "queue_messages", help: "Messages waiting.", read: () => queued });
    metrics.gauge({
      name: "connections_open",
      help: "Open now.",
      labelName: "protocol",
      read: () => new Map([["imap", 7]]),
    });
    const page = prometheusPage(metrics);
    const fetched = metrics.commands.cell({ protocol: "imap", command: "FETCH", outcome: "ok" });
    fetched.value += 1;
    metrics.commitDurations.observe(3);
    assert.match(await page.text(), /^dakghar_queue_messages 1$/m);
    fetched.value += 1;
    queued = 5;
    const text = await page.text();
    assert.match(text, /^# TYPE dakghar_commands_total counter$/m);
    assert.match(text, /^dakghar_commands_total\{protocol="imap",command="FETCH",outcome="ok"\} 2$/m);
    assert.match(text, /^dakghar_queue_messages 5$/m);
    assert.match(text, /^dakghar_connections_open\{protocol="imap"\} 7$/m);
    assert.match(text, /^# TYPE dakghar_commit_seconds histogram$/m);
    assert.match(text, /^dakghar_commit_seconds_bucket\{le="0.0025"\} 0$/m);
    assert.match(text, /^dakghar_commit_seconds_bucket\{le="0.005"\} 1$/m);
    assert.match(text, /^dakghar_commit_seconds_bucket\{le="\+Inf"\} 1$/m);
    assert.match(text, /^dakghar_commit_seconds_sum 0.003$/m);
    assert.match(text, /^dakghar_commit_seconds_count 1$/m);
    assert.match(text, /^dakghar_process_resident_bytes \d+$/m);
  });
});

suite("health", () => {
  test("is ok when every check is", async () => {
    const health = await checkHealth({ store: () => ({ status: "ok" }), queue: async () => ({ status: "ok" }) }, 1_000);
    assert.deepEqual(health, { status: "ok", checks: { store: { status: "ok" }, queue: { status: "ok" } } });
  });

  test("is failing when one fails, throws or does not answer, and tells which", async () => {
    const health = await checkHealth(
      {
        good: () => ({ status: "ok" }),
        full: () => ({ status: "failing", detail: "disk full" }),
        broken: () => {
          throw new Error("/var/lib/secret");
        },
        late: () => new Promise(() => undefined),
      },
      20,
    );
    assert.deepEqual(health, {
      status: "failing",
      checks: {
        good: { status: "ok" },
        full: { status: "failing", detail: "disk full" },
        broken: { status: "failing", detail: "the check itself failed" },
        late: { status: "failing", detail: "no answer in time" },
      },
    });
  });
});

suite("the status page", () => {
  const healthy: Health = { status: "ok", checks: {} };

  async function open(health: () => Promise<Health> = async () => healthy): Promise<StatusServer & AsyncDisposable> {
    const pages = { metrics: prometheusPage(new Metrics()), health };
    const server = await StatusServer.open({ host: "127.0.0.1", port: 0 }, pages);
    return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
  }
  const get = (server: StatusServer, path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, init);

  test("shows metrics and health", async () => {
    await using server = await open();
    const metrics = await get(server, "/metrics");
    assert.equal(metrics.status, 200);
    assert.match(metrics.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    assert.match(await metrics.text(), /dakghar_process_uptime_seconds/);
    const health = await get(server, "/healthz?verbose");
    assert.deepEqual([health.status, await health.json()], [200, healthy]);
  });

  test("says 503 when something fails", async () => {
    await using server = await open(async () => ({ status: "failing", checks: {} }));
    assert.equal((await get(server, "/healthz")).status, 503);
  });

  test("says 500 and no more when health cannot be told", async () => {
    await using server = await open(() => Promise.reject(new Error("/var/lib/secret")));
    const response = await get(server, "/healthz");
    assert.deepEqual([response.status, await response.text()], [500, "not available\n"]);
  });

  test("knows nothing else, and no method but GET and HEAD", async () => {
    await using server = await open();
    assert.equal((await get(server, "/")).status, 404);
    assert.equal((await get(server, "/../metrics/x")).status, 404);
    const post = await get(server, "/metrics", { method: "POST", body: "x".repeat(1_000_000) }).catch(() => undefined);
    if (post !== undefined) assert.deepEqual([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
    const head = await get(server, "/metrics", { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""]);
  });

  test("hangs up on a header that is too long", async () => {
    await using server = await open();
    const client = connect(server.port, "127.0.0.1");
    client.on("error", () => undefined);
    client.write(`GET /metrics HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(8_000)}\r\n\r\n`);
    const [answer] = await once(client, "data");
    assert.match(String(answer), /^HTTP\/1\.1 431 /);
    client.destroy();
  });
});
