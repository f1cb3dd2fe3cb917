// A listener cannot be opened.

import type { BindPoint } from "../net/listener.ts";

/** A listener could not be opened; the sentence says which and why. */
export class ListenFault extends Error {
  constructor(text: string, options: ErrorOptions) {
    super(text, options);
    this.name = "ListenFault";
  }
}

const listenFaults: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else listens there already",
  EACCES: "this user may not listen there",
  EADDRNOTAVAIL: "this machine has no such address",
};

export function listenSentence(name: string, at: BindPoint, cause: unknown): string {
  const place = "port" in at ? `${at.host} port ${at.port}` : "path" in at ? at.path : `descriptor ${at.fd}`;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return `The listener "${name}" cannot be opened on ${place}: ${listenFaults[code] ?? (code || String(cause))}.`;
}
