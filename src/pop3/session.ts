// The two states a session can be in (RFC 1939 3) and what each of them knows. UPDATE is no state here: it is what QUIT
// does, and the connection ends with it.

import type { Language } from "./language/languages.ts";
import type { Maildrop } from "./maildrop.ts";

interface Common {
  readonly language: Language;
  /** RFC 6856 2: whether the client has asked for UTF-8; until then no other character is sent as it is. */
  readonly text: "ascii" | "utf-8";
}

export interface Authorization extends Common {
  readonly state: "authorization";
  /** What USER gave, until PASS comes. */
  readonly user: string | null;
  readonly failedLogins: number;
}

export interface Transaction extends Common {
  readonly state: "transaction";
  readonly maildrop: Maildrop;
}

export type Session = Authorization | Transaction;
export type StateName = Session["state"];
/** The sessions that are in one of the states `S`. */
export type SessionIn<S extends StateName> = Extract<Session, { readonly state: S }>;

/** Where every session begins, and begins again after STLS. */
export function newSession(language: Language): Authorization {
  return { state: "authorization", language, text: "ascii", user: null, failedLogins: 0 };
}
