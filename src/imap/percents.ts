// How far a command has got that works in stages, of which no one knows how long the next will take: per cent (RFC 9585 4).

import type { Dialogue } from "./command.ts";

/** A stage of the work, from one percentage to another. */
export function percentsOf(
  { signal, progress }: Pick<Dialogue, "signal" | "progress">,
  from: number,
  to: number,
): Pick<Dialogue, "signal" | "progress"> {
  return { signal, progress: (done, goal) => progress(from + Math.floor((done / goal) * (to - from)), 100) };
}
