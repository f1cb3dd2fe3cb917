// MAIL (RFC 5321 4.1.1.2) with the parameters of SIZE (RFC 1870), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), AUTH
// (RFC 4954 5), DSN (RFC 3461 4.3, 4.4) and FUTURERELEASE (RFC 4865).

import { futureReleaseMsMax } from "../../base/limits.ts";
import type { ReleaseRequest, ReturnedContent } from "../../delivery/envelope.ts";
import { answer, type Command } from "../command.ts";
import { offersDsn } from "../extensions.ts";
import type { Session } from "../session.ts";
import { decodeXtext, type EsmtpParameters, parseParameters } from "../wire/esmtp-parameters.ts";
import { parseInternetTime } from "../wire/internet-time.ts";
import { readPath } from "../wire/path.ts";
import { type Reply, reply } from "../wire/reply.ts";

export const mail: Command = {
  verb: "MAIL",
  state: "greeted",
  kind: "mail",
  async run(session, argument) {
    // RFC 5321 4.1.4: "A mail transaction ... MUST NOT" be nested.
    if (session.transaction !== undefined) return answer(reply(503, "5.5.1", "A transaction is open; RSET ends it"));
    const locked = loginWanted(session);
    if (locked !== undefined) return answer(locked);
    const keyword = /^FROM:[ \t]*/i.exec(argument)?.[0];
    const read = keyword === undefined ? undefined : readPath(argument, keyword.length);
    if (read === undefined) return answer(reply(501, "5.1.7", "Write MAIL FROM:<address>"));
    const parameters = parseParameters(argument.slice(read.end));
    if (parameters === undefined) return answer(malformedParameters);
    const { path } = read;
    // A path without a domain is nobody's to answer to (RFC 5321 4.1.1.3 has only RCPT TO:<Postmaster>).
    if (path.domain === undefined && path.address !== "")
      return answer(reply(501, "5.1.7", "The address has no domain"));
    const options = readOptions(session, parameters);
    if ("code" in options) return answer(options);
    if (path.international && !options.international) {
      // RFC 6531 3.5.
      return answer(reply(550, "5.6.7", "An address beyond ASCII needs SMTPUTF8"));
    }
    await session.parts.delivery.checkRoom(session.origin);
    await session.parts.delivery.checkSender(path.address, session.origin);
    session.transaction = { sender: path.address, ...options, recipients: [], chunks: undefined };
    return answer(senderOk);
  },
};

const senderOk = reply(250, "2.1.0", "Sender ok");
const twoReleases = reply(501, "5.5.4", "Give one of HOLDFOR and HOLDUNTIL");
const malformedParameters = reply(501, "5.5.4", "A parameter is malformed or given twice");

/** RFC 6409 4.3: nothing is submitted without logging in. */
function loginWanted({ parts, client, identity }: Session): Reply | undefined {
  if (parts.service !== "submission" || identity !== undefined) return undefined;
  // RFC 3207 4: 530 while only STARTTLS leads on.
  if (!client.secure && parts.plaintext === "refused") return reply(530, "5.7.0", "Use STARTTLS first, then log in");
  return reply(530, "5.7.0", "Log in first");
}

interface MailOptions {
  readonly international: boolean;
  readonly returned: ReturnedContent | undefined;
  readonly envelopeId: string | undefined;
  readonly release: ReleaseRequest | undefined;
}

function readOptions(session: Session, parameters: EsmtpParameters): MailOptions | Reply {
  let options: MailOptions = { international: false, returned: undefined, envelopeId: undefined, release: undefined };
  // RFC 4865 4: a message has one time of release.
  if (parameters.has("HOLDFOR") && parameters.has("HOLDUNTIL")) return twoReleases;
  for (const [keyword, value] of parameters) {
    const read = isOffered(session, keyword) ? readers[keyword]?.(value, session) : undefined;
    // RFC 5321 4.1.1.11.
    if (read === undefined) return reply(555, "5.5.4", `${keyword} is not known here`);
    if ("code" in read) return read;
    options = { ...options, ...read };
  }
  return options;
}

function isOffered(session: Session, keyword: string): boolean {
  if (keyword === "RET" || keyword === "ENVID") return offersDsn(session);
  return (
    !(keyword === "AUTH" || keyword === "HOLDFOR" || keyword === "HOLDUNTIL") || session.parts.service === "submission"
  );
}

const tooFarAhead = reply(501, "5.5.4", `A message is kept for ${futureReleaseMsMax / 1_000} seconds at most`);

type OptionReader = (value: string | undefined, session: Session) => Partial<MailOptions> | Reply;

const readers: Readonly<Record<string, OptionReader>> = {
  SIZE(value, { parts }) {
    // RFC 1870 4: size-value = 1*20DIGIT.
    if (value === undefined || !/^\d{1,20}$/.test(value)) return reply(501, "5.5.4", "SIZE is a number of bytes");
    // RFC 1870 6.1: refused at once.
    return BigInt(value) > BigInt(parts.messageBytesMax) ? reply(552, "5.3.4", "The message is too large") : {};
  },
  BODY(value) {
    return /^(?:7BIT|8BITMIME)$/i.test(value ?? "") ? {} : reply(501, "5.5.4", "BODY is 7BIT or 8BITMIME");
  },
  SMTPUTF8(value) {
    // RFC 6531 3.4: the parameter has no value.
    return value === undefined ? { international: true } : reply(501, "5.5.4", "SMTPUTF8 has no value");
  },
  // RFC 4954 5: who submitted the message elsewhere is of no interest to a server that trusts nobody's word for it.
  AUTH(value) {
    return value === undefined ? reply(501, "5.5.4", "AUTH is an address or <>") : {};
  },
  RET(value) {
    const returned = value?.toUpperCase();
    return returned === "FULL" || returned === "HDRS" ? { returned } : reply(501, "5.5.4", "RET is FULL or HDRS");
  },
  HOLDFOR(value) {
    // RFC 4865 4: future-release-integer = %x31-39 *8DIGIT.
    if (value === undefined || !/^[1-9]\d{0,8}$/.test(value))
      return reply(501, "5.5.4", "HOLDFOR is a number of seconds");
    const seconds = Number(value);
    return seconds * 1_000 <= futureReleaseMsMax ? { release: { kind: "for", seconds } } : tooFarAhead;
  },
  HOLDUNTIL(value, { parts }) {
    const atMs = value === undefined ? undefined : parseInternetTime(value);
    if (atMs === undefined) return reply(501, "5.5.4", "HOLDUNTIL is a time such as 2026-11-25T08:30:00Z");
    const ahead = atMs - parts.clock.nowMs();
    if (ahead <= 0) return reply(501, "5.5.4", "HOLDUNTIL is past");
    return ahead <= futureReleaseMsMax ? { release: { kind: "until", atMs } } : tooFarAhead;
  },
  ENVID(value) {
    const envelopeId = value === undefined || value.length > 100 ? undefined : decodeXtext(value);
    return envelopeId === undefined ? reply(501, "5.5.4", "ENVID is at most 100 characters of xtext") : { envelopeId };
  },
};
