// The states of a session (RFC 9051 3) as types: a command that needs a mailbox receives a session that has one.

import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import type { PersonalMail } from "../mailbox/sharing/personal-mail.ts";
import type { Verified } from "../sasl/credential-port.ts";
import type { Mechanism, SaslContext } from "../sasl/mechanism.ts";
import type { Features } from "./features.ts";
import type { SavedSearch } from "./saved-search.ts";
import type { SearchContexts } from "./search-contexts.ts";
import type { Structures } from "./structures.ts";
import type { ToldFlags } from "./told-flags.ts";

/** What the connection under a session offers. */
export interface Link {
  readonly startTls: "offered" | "not-offered";
  /** Strongest first; none when passwords may not cross the connection. */
  readonly mechanisms: readonly Mechanism[];
  /** The largest message that APPEND takes (RFC 7889). */
  readonly appendLimitBytes: number;
  /** How many messages one command works on (RFC 9738). */
  readonly messagesPerCommandMax: number;
  /** Whether a client may log out of its account and stay (RFC 8437). */
  readonly unauthenticate: "offered" | "not-offered";
}

/** How a client gets from not authenticated to authenticated. */
export interface Gate {
  readonly sasl: SaslContext;
  /** Opens the account's mail. Throws ProblemRefusal. */
  admit(verified: Verified): Promise<Authenticated>;
}

export interface NotAuthenticated {
  readonly state: "not-authenticated";
  readonly link: Link;
  readonly features: Features;
  readonly gate: Gate;
}

export interface Authenticated {
  readonly state: "authenticated";
  readonly link: Link;
  readonly features: Features;
  readonly mail: PersonalMail;
}

export interface Selected {
  readonly state: "selected";
  readonly link: Link;
  readonly features: Features;
  readonly mail: PersonalMail;
  readonly mailbox: OpenMailbox;
  /** What "$" stands for (RFC 5182). */
  readonly saved: SavedSearch;
  /** Searches that the client is kept told of (RFC 5267). */
  readonly contexts: SearchContexts;
  /** Messages that the session has put into it and is yet to be told of, where that matters. */
  readonly ownUids: Set<number>;
  /** The keywords that the client was told of. */
  readonly toldFlags: ToldFlags;
  readonly structures: Structures;
}

/** What the keys of a search are about: a mailbox, and what "$" stands for in it. */
export type Searched = Pick<Selected, "mailbox" | "saved" | "features">;

export type Session = NotAuthenticated | Authenticated | Selected;
export type StateName = Session["state"];
export type SessionIn<S extends StateName> = Extract<Session, { readonly state: S }>;

/** The session without its mailbox. */
export function authenticated({ link, features, mail }: Authenticated | Selected): Authenticated {
  return { state: "authenticated", link, features, mail };
}

/** Gives back what the session holds of the account. */
export function leaveAccount(session: Session): void {
  if (session.state === "not-authenticated") return;
  if (session.state === "selected") session.mailbox[Symbol.dispose]();
  session.features[Symbol.dispose]();
  session.mail[Symbol.dispose]();
}
