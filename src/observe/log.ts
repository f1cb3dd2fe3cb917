// The log: one JSON object a line (pino), or the same as text for people. Secrets stay out by the names of their fields,
// and wire lines go through `scrubLine`; whoever logs names the field `line` for that.

import { destination, type Logger, pino } from "pino";
import type { Clock } from "../base/clock.ts";
import { formatLogText } from "./log-text.ts";
import { scrubLine } from "./scrub-line.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ["json", "text"] as const;
export type LogFormat = (typeof logFormats)[number];

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A log whose every line carries `fields` too. */
  with(fields: LogFields): Log;
  /** True when lines of this level are written: for what is costly to gather. */
  writes(level: LogLevel): boolean;
}

/** Where finished lines go; each comes with its newline. */
export interface LogSink {
  write(line: string): void;
}

export interface LogSettings {
  readonly level: LogLevel;
  readonly format: LogFormat;
}

/** Fields of these names, at the top or one level down, are never written. */
const secretFields = [
  "password",
  "pass",
  "secret",
  "token",
  "authorization",
  "cookie",
  "response",
  "initialResponse",
  "key",
];

export function createLog({ level, format }: LogSettings, sink: LogSink, clock: Clock): Log {
  const lines = format === "json" ? sink : { write: (line: string) => sink.write(formatLogText(line)) };
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "message",
      errorKey: "error",
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${Temporal.Instant.fromEpochMilliseconds(clock.nowMs()).toString()}"`,
      serializers: { error: describeError, cause: describeError, line: (line: unknown) => scrubLine(String(line)) },
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: "[secret]" },
    },
    lines,
  );
  return new PinoLog(logger);
}

/** A sink on a file descriptor that does not hold up the event loop; `flushSync` before the process exits. */
export function descriptorSink(descriptor: number): LogSink & { flushSync(): void } {
  return destination({ dest: descriptor, sync: false });
}

class PinoLog implements Log {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  debug(fields: LogFields, message: string): void {
    this.#logger.debug(fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#logger.info(fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#logger.warn(fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#logger.error(fields, message);
  }

  with(fields: LogFields): Log {
    return new PinoLog(this.#logger.child(fields));
  }

  writes(level: LogLevel): boolean {
    return this.#logger.isLevelEnabled(level);
  }
}

interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const causesMax = 5;

/** Only what is known to be safe: an error's other properties may hold anything, the message being sent for example. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  return {
    name: error.name,
    message: error.message,
    ...("code" in error && typeof error.code === "string" && { code: error.code }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(error.cause !== undefined && depth < causesMax && { cause: describeError(error.cause, depth + 1) }),
  };
}
