// The numbers of `Metrics` in Prometheus' text format, made at each scrape.

import { Counter, Gauge as PromGauge, Registry } from "prom-client";
import type { Durations, Sample } from "./metric-family.ts";
import type { Gauge, Metrics } from "./metrics.ts";

const prefix = "dakghar_";
const msPerSecond = 1_000;

export interface PrometheusPage {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Names a metric once for all; call it once for each `Metrics`. */
export function prometheusPage(metrics: Metrics): PrometheusPage {
  const registry = new Registry();
  for (const [name, help, family, labels] of [
    ["connections_total", "Connections by protocol and outcome.", metrics.connections, ["protocol", "outcome"]],
    ["commands_total", "Commands by protocol, name and outcome.", metrics.commands, ["protocol", "command", "outcome"]],
    ["logins_total", "Attempts to log in.", metrics.logins, ["protocol", "outcome"]],
    ["deliveries_total", "Recipients of incoming messages.", metrics.deliveries, ["protocol", "outcome"]],
    ["queue_attempts_total", "Tries to send a queued message on.", metrics.queueAttempts, ["outcome"]],
    ["received_bytes_total", "Bytes that clients sent.", metrics.receivedBytes, ["protocol"]],
    ["sent_bytes_total", "Bytes sent to clients.", metrics.sentBytes, ["protocol"]],
  ] as const) {
    registry.registerMetric(plainCounter({ name, help, labels }, family));
  }
  for (const gauge of [...processGauges, ...metrics.gauges]) registry.registerMetric(plainGauge(gauge));
  const histograms = () =>
    histogram("commit_seconds", "Units of work until their commit.", metrics.commitDurations) +
    histogram("flush_seconds", "Waits for the disk.", metrics.flushDurations);
  return { contentType: registry.contentType, text: async () => `${await registry.metrics()}\n${histograms()}` };
}

interface CounterNames {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

function plainCounter({ name, help, labels }: CounterNames, family: { samples(): Sample[] }): Counter {
  return new Counter({
    name: prefix + name,
    help,
    labelNames: [...labels],
    registers: [],
    collect() {
      this.reset();
      for (const sample of family.samples()) this.inc(sample.labels, sample.value);
    },
  });
}

function plainGauge({ name, help, labelName, read }: Gauge): PromGauge {
  return new PromGauge({
    name: prefix + name,
    help,
    labelNames: labelName === undefined ? [] : [labelName],
    registers: [],
    collect() {
      const value = read();
      this.reset();
      if (typeof value === "number") this.set(value);
      else for (const [label, one] of value) this.set({ [labelName ?? "of"]: label }, one);
    },
  });
}

// prom-client counts into its own buckets only; ours are counted already, and the format is three lines.
function histogram(name: string, help: string, durations: Durations): string {
  const full = prefix + name;
  const counts = durations.cumulative();
  const total = counts.at(-1) ?? 0;
  return [
    `# HELP ${full} ${help}`,
    `# TYPE ${full} histogram`,
    ...durations.boundsMs.map((ms, at) => `${full}_bucket{le="${ms / msPerSecond}"} ${counts[at] ?? 0}`),
    `${full}_bucket{le="+Inf"} ${total}`,
    `${full}_sum ${durations.sumMs / msPerSecond}`,
    `${full}_count ${total}`,
    "",
  ].join("\n");
}

const microsecondsPerSecond = 1_000_000;

const processGauges: readonly Gauge[] = [
  {
    name: "process_cpu_seconds",
    help: "CPU time used since the start, all threads.",
    read: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / microsecondsPerSecond;
    },
  },
  { name: "process_resident_bytes", help: "Memory held.", read: () => process.memoryUsage.rss() },
  { name: "process_heap_bytes", help: "JavaScript heap in use.", read: () => process.memoryUsage().heapUsed },
  { name: "process_uptime_seconds", help: "Since the start.", read: () => process.uptime() },
  {
    name: "event_loop_utilization",
    help: "Share of the time since the start that the event loop was busy, 0 to 1.",
    read: () => performance.eventLoopUtilization().utilization,
  },
];
