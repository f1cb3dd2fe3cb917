// The server's end of one control connection: requests one after another, each a line. Whatever comes, the process
// stays: a line that is too long, or no request, gets a fault and ends the connection.

import { utf8 } from "../base/bytes.ts";
import { controlIdleMs, controlProgressMs, controlRequestBytesMax } from "../base/limits.ts";
import type { Connection } from "../net/connection.ts";
import { type ControlAnswer, readRequest } from "./control-message.ts";
import { runVerb, type VerbRun } from "./run-verb.ts";
import type { Progress } from "./verb.ts";

const lineFeed = 0x0a;

export async function serveControl(connection: Connection, run: Omit<VerbRun, "progress">): Promise<void> {
  connection.idleAfter(controlIdleMs);
  const say = async (answer: ControlAnswer): Promise<void> => connection.write(utf8(`${JSON.stringify(answer)}\n`));
  const unreadable = (text: string): Promise<void> => say({ fault: { kind: "unreadable", text, problem: undefined } });
  const lines = new RequestLines();
  for (;;) {
    const next = lines.next();
    if (next === "too-long") return await unreadable("The request is too long.");
    if (next === undefined) {
      const chunk = await connection.read();
      if (typeof chunk === "string") return;
      lines.add(chunk);
      continue;
    }
    const request = readRequest(next.line);
    if (request === undefined) return await unreadable("This is no request.");
    const progress = pacedProgress(run.context.clock.monotonicMs.bind(run.context.clock), (share, what) => {
      void connection.write(utf8(`${JSON.stringify({ progress: { share, what } })}\n`));
    });
    await say(await runVerb(request.verb, request.given, { ...run, progress }));
  }
}

/** Cuts what arrives into lines; holds no more than one request. */
export class RequestLines {
  #kept = new Uint8Array();

  add(chunk: Uint8Array): void {
    const joined = new Uint8Array(this.#kept.length + chunk.length);
    joined.set(this.#kept);
    joined.set(chunk, this.#kept.length);
    this.#kept = joined;
  }

  /** The next whole line, undefined when none is there yet. */
  next(): { readonly line: string } | "too-long" | undefined {
    const end = this.#kept.indexOf(lineFeed);
    if (end > controlRequestBytesMax || (end < 0 && this.#kept.length > controlRequestBytesMax)) return "too-long";
    if (end < 0) return undefined;
    const line = new TextDecoder().decode(this.#kept.subarray(0, end));
    this.#kept = this.#kept.slice(end + 1);
    return { line };
  }
}

/** Passes on a few messages a second at most. */
function pacedProgress(nowMs: () => number, progress: Progress): Progress {
  let nextMs = nowMs() + controlProgressMs;
  return (share, what) => {
    if (nowMs() < nextMs) return;
    nextMs = nowMs() + controlProgressMs;
    progress(share, what);
  };
}
