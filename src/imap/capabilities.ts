// What the server announces (RFC 9051 6.1.1), derived from the state of the session. Each capability names its RFC and
// the commands without which it would be a lie; docs/protocols/imap.md says where each is tested.

import type { Link, Session } from "./session.ts";

export interface Capability {
  readonly name: string;
  readonly rfc: number;
  /** Commands that must be in the command table. */
  readonly commands: readonly string[];
  /** Before login only what a client can use there, or needs to know before it logs in. */
  readonly announced: "always" | "after-login" | "where-offered";
}

const always = (name: string, rfc: number, ...commands: string[]): Capability => {
  return { name, rfc, commands, announced: "always" };
};
const later = (name: string, rfc: number, ...commands: string[]): Capability => {
  return { name, rfc, commands, announced: "after-login" };
};

const whereOffered = (name: string, rfc: number, ...commands: string[]): Capability => {
  return { name, rfc, commands, announced: "where-offered" };
};

export const capabilities: readonly Capability[] = [
  always("IMAP4rev1", 3501, "LOGIN", "SELECT", "FETCH", "LSUB", "CHECK"),
  always("IMAP4rev2", 9051, "LOGIN", "SELECT", "FETCH", "NAMESPACE", "ENABLE", "IDLE", "UNSELECT", "MOVE"),
  always("LITERAL+", 7888),
  always("SASL-IR", 4959, "AUTHENTICATE"),
  always("ID", 2971, "ID"),
  always("ENABLE", 5161, "ENABLE"),
  always("LANGUAGE", 5255, "LANGUAGE"),
  later("IDLE", 2177, "IDLE"),
  later("NOTIFY", 5465, "NOTIFY", "LIST", "STATUS"),
  later("NAMESPACE", 2342, "NAMESPACE"),
  later("UNSELECT", 3691, "UNSELECT"),
  later("UIDPLUS", 4315, "EXPUNGE", "APPEND", "COPY"),
  later("MOVE", 6851, "MOVE"),
  later("CHILDREN", 3348, "LIST"),
  later("LIST-EXTENDED", 5258, "LIST"),
  later("LIST-STATUS", 5819, "LIST", "STATUS"),
  later("SPECIAL-USE", 6154, "LIST"),
  later("CREATE-SPECIAL-USE", 6154, "CREATE"),
  later("XLIST", 6154, "XLIST"),
  later("CONDSTORE", 7162, "FETCH", "STORE", "SEARCH", "STATUS", "SELECT"),
  later("QRESYNC", 7162, "FETCH", "SELECT", "ENABLE"),
  later("ESEARCH", 4731, "SEARCH"),
  later("SEARCHRES", 5182, "SEARCH"),
  later("WITHIN", 5032, "SEARCH"),
  later("MULTISEARCH", 7377, "ESEARCH"),
  later("CONTEXT=SEARCH", 5267, "SEARCH", "CANCELUPDATE"),
  later("SEARCH=FUZZY", 6203, "SEARCH"),
  later("I18NLEVEL=2", 5255, "COMPARATOR", "SEARCH"),
  later("SORT", 5256, "SORT"),
  later("SORT=DISPLAY", 5957, "SORT"),
  later("ESORT", 5267, "SORT"),
  later("CONTEXT=SORT", 5267, "SORT", "CANCELUPDATE"),
  later("THREAD=ORDEREDSUBJECT", 5256, "THREAD"),
  later("THREAD=REFERENCES", 5256, "THREAD"),
  later("THREAD=REFS", 5256, "THREAD"),
  later("STATUS=SIZE", 8438, "STATUS"),
  later("QUOTA", 9208, "GETQUOTA", "GETQUOTAROOT", "SETQUOTA"),
  whereOffered("QUOTASET", 9208, "SETQUOTA"),
  later("QUOTA=RES-STORAGE", 9208, "GETQUOTA", "APPEND", "COPY", "STATUS"),
  later("QUOTA=RES-MESSAGE", 9208, "GETQUOTA", "APPEND", "COPY", "STATUS"),
  later("QUOTA=RES-MAILBOX", 9208, "GETQUOTA", "CREATE"),
  later("BINARY", 3516, "FETCH", "APPEND"),
  later("UTF8=ACCEPT", 6855, "ENABLE", "APPEND"),
  later("OBJECTID", 8474, "FETCH", "STATUS", "SELECT", "CREATE"),
  later("SAVEDATE", 8514, "FETCH", "SEARCH"),
  later("PREVIEW", 8970, "FETCH"),
  later("PARTIAL", 9394, "SEARCH", "FETCH"),
  later("METADATA", 5464, "GETMETADATA", "SETMETADATA"),
  later("LIST-METADATA", 9590, "LIST", "GETMETADATA"),
  later("ACL", 4314, "SETACL", "DELETEACL", "GETACL", "LISTRIGHTS", "MYRIGHTS"),
  // RFC 4314 5.1.1: the rights that RFC 2086 did not know.
  later("RIGHTS=kxte", 4314, "SETACL"),
  later("LIST-MYRIGHTS", 8440, "LIST", "MYRIGHTS"),
  later("MULTIAPPEND", 3502, "APPEND"),
  later("CATENATE", 4469, "APPEND", "REPLACE"),
  later("URL-PARTIAL", 5550, "APPEND"),
  later("REPLACE", 8508, "REPLACE"),
  later("UIDONLY", 9586, "ENABLE", "FETCH", "SEARCH"),
  later("UIDBATCHES", 10022, "UIDBATCHES"),
  later("MESSAGELIMIT", 9738, "FETCH", "SEARCH", "STORE", "COPY", "APPEND", "EXPUNGE"),
  later("INPROGRESS", 9585),
  later("COMPRESS=DEFLATE", 4978, "COMPRESS"),
  whereOffered("UNAUTHENTICATE", 8437, "UNAUTHENTICATE"),
  later("APPENDLIMIT", 7889, "APPEND", "STATUS"),
];

const namesAlways = capabilities.filter(({ announced }) => announced === "always").map(({ name }) => name);

/** Capabilities that say how much. */
const amounts: Readonly<Record<string, (link: Link) => number>> = {
  // RFC 9738 3. SAVELIMIT is for servers that limit COPY and APPEND alone.
  MESSAGELIMIT: ({ messagesPerCommandMax }) => messagesPerCommandMax,
  // RFC 7889 3: the limit is the same for all mailboxes, so it stands with the capability.
  APPENDLIMIT: ({ appendLimitBytes }) => appendLimitBytes,
};

type Offering = Pick<Session, "link" | "features">;

/** Who is offered what not everybody is. */
const offers: Readonly<Record<string, (session: Offering) => boolean>> = {
  UNAUTHENTICATE: ({ link }) => link.unauthenticate === "offered",
  // RFC 9208 4.1.3: SETQUOTA is there for the one who is logged in.
  QUOTASET: ({ features }) => features.quotas !== null,
};

function textAfterLogin({ link, features }: Session): string {
  return capabilities
    .filter(({ name, announced }) => announced !== "where-offered" || offers[name]?.({ link, features }) === true)
    .filter(({ name }) => features.withheld.shows(name))
    .map(({ name }) => (amounts[name] === undefined ? name : `${name}=${amounts[name](link)}`))
    .join(" ");
}

/** Most sessions are told the same. */
const usualTexts = new Map<string, string>();

function usualText(session: Session): string {
  const { unauthenticate, messagesPerCommandMax, appendLimitBytes } = session.link;
  const quotas = session.features.quotas === null ? "own" : "all";
  const key = `${unauthenticate} ${quotas} ${messagesPerCommandMax} ${appendLimitBytes}`;
  const known = usualTexts.get(key) ?? textAfterLogin(session);
  usualTexts.set(key, known);
  return known;
}

/** The capabilities as they stand behind CAPABILITY. */
export function capabilityText(session: Session): string {
  const { startTls, mechanisms } = session.link;
  if (session.state !== "not-authenticated")
    return session.features.withheld.nothing ? usualText(session) : textAfterLogin(session);
  const names = namesAlways.filter((name) => session.features.withheld.shows(name));
  if (startTls === "offered") names.push("STARTTLS");
  // RFC 9051 6.2.3: LOGINDISABLED where a password may not cross the connection.
  if (mechanisms.length === 0) names.push("LOGINDISABLED");
  for (const { name } of mechanisms) names.push(`AUTH=${name}`);
  return names.join(" ");
}
