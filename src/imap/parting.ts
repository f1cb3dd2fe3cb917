// How a conversation ends from wherever it is.

import type { EndReason } from "./events.ts";

export class Parting extends Error {
  readonly why: EndReason;

  constructor(why: EndReason) {
    super(why);
    this.why = why;
  }
}
