// A bar on standard error for whatever takes more than a second, when a person is watching.

import type { Progress } from "../admin/verb.ts";

const quietMs = 1_000;
const repaintMs = 100;
const barWidth = 30;

export interface ProgressBar extends Disposable {
  readonly progress: Progress;
}

export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  if (!stream.isTTY) return { progress: () => undefined, [Symbol.dispose]: () => undefined };
  const startMs = performance.now();
  let paintedMs = 0;
  return {
    progress: (share, what) => {
      const nowMs = performance.now();
      if (nowMs - startMs < quietMs || nowMs - paintedMs < repaintMs) return;
      paintedMs = nowMs;
      const done = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
      const bar = "#".repeat(done) + "-".repeat(barWidth - done);
      const percent = `${Math.round(share * 100)}%`.padStart(4);
      stream.write(`\r\u001b[K[${bar}] ${percent}  ${what}`.slice(0, stream.columns + 4));
    },
    [Symbol.dispose]: () => {
      if (paintedMs > 0) stream.write("\r\u001b[K");
    },
  };
}
