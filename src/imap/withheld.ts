// The capabilities that a session does not have although the server does: those that its client breaks on
// (src/imap/quirks/), which it is not shown, and those that an administrator has switched off for the account, whose
// commands are unknown as well.

import { capabilities } from "./capabilities.ts";

/** What a capability takes with it when it goes: what stands on it makes no sense, or promises it. */
export const standOn: ReadonlyMap<string, readonly string[]> = new Map([
  ["SORT", ["SORT=DISPLAY", "ESORT", "CONTEXT=SORT"]],
  ["QUOTA", ["QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE", "QUOTA=RES-MAILBOX", "QUOTASET"]],
  ["METADATA", ["LIST-METADATA"]],
  ["ACL", ["RIGHTS=kxte", "LIST-MYRIGHTS"]],
  ["CATENATE", ["URL-PARTIAL"]],
  ["CONDSTORE", ["QRESYNC"]],
  ["LIST-EXTENDED", ["LIST-STATUS", "LIST-MYRIGHTS"]],
  ["SPECIAL-USE", ["CREATE-SPECIAL-USE"]],
  ["ESEARCH", ["SEARCHRES", "ESORT", "PARTIAL", "CONTEXT=SEARCH", "CONTEXT=SORT", "MULTISEARCH"]],
]);

/** RFC 9051 Appendix E: extensions that IMAP4rev2 has within it. */
export const withinRev2: ReadonlySet<string> = new Set(
  [
    "NAMESPACE UNSELECT UIDPLUS ESEARCH SEARCHRES IDLE LIST-EXTENDED LIST-STATUS MOVE SPECIAL-USE",
    "CHILDREN STATUS=SIZE BINARY",
  ].flatMap((names) => names.split(" ")),
);

/** RFC 3501, and what a client needs to find out about the rest: no extension's commands. */
export const baseCommands: ReadonlySet<string> = new Set(
  [
    "CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE",
    "UNSUBSCRIBE LIST LSUB STATUS APPEND CHECK CLOSE EXPUNGE SEARCH FETCH STORE COPY ID ENABLE LANGUAGE",
  ].flatMap((names) => names.split(" ")),
);

/** The capabilities that an administrator can switch off: all but those by which a client gets in at all. */
export const switchableCapabilities: readonly string[] = capabilities
  .filter(({ name, announced }) => announced !== "always" || name === "IMAP4rev2")
  .map(({ name }) => name);

const broughtBy = new Map<string, string[]>();
for (const { name, commands } of capabilities) {
  if (name.startsWith("IMAP4")) continue;
  for (const command of commands) broughtBy.set(command, [...(broughtBy.get(command) ?? []), name]);
}

const nothing: ReadonlySet<string> = new Set();

export class Withheld {
  #hidden = nothing;
  #off = nothing;

  /** Whether the client is told of everything that there is. */
  get nothing(): boolean {
    return this.#hidden.size === 0 && this.#off.size === 0;
  }

  /** In place of what was hidden before. */
  hide(names: readonly string[]): void {
    this.#hidden = withWhatStandsOn(names);
  }

  switchOff(names: readonly string[]): void {
    this.#off = withWhatStandsOn(names);
  }

  /** Whether the client may be told of the capability, and enable it. */
  shows(name: string): boolean {
    return !this.#hidden.has(name) && !this.#off.has(name);
  }

  /** Whether it is switched off for the account. */
  isOff(name: string): boolean {
    return this.#off.has(name);
  }

  /** Whether no capability that brings the command is left. */
  lacksCommand(name: string): boolean {
    if (this.#off.size === 0 || baseCommands.has(name)) return false;
    return broughtBy.get(name)?.every((capability) => this.#off.has(capability)) ?? false;
  }
}

function withWhatStandsOn(names: readonly string[]): ReadonlySet<string> {
  if (names.length === 0) return nothing;
  const all = new Set(names);
  // A Set walks over what is added on the way.
  for (const name of all) {
    for (const other of standOn.get(name) ?? []) all.add(other);
    if (withinRev2.has(name)) all.add("IMAP4rev2");
  }
  return all;
}
