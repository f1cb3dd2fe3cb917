// The server's words in English: ASCII alone, as RFC 1939 has it until LANG asks for another language (RFC 6856 3.2).

import type { Texts } from "./texts.ts";

export const english: Texts = {
  greeting: "Dakghar POP3 server ready",
  goodbye: "Goodbye",
  nothingDone: "Nothing done",
  capabilities: "Capability list follows",

  languages: "Language list follows",
  languageChosen: "The server speaks English now",
  languageUnknown: "The server does not speak that language",
  utf8On: "UTF-8 it is",

  beginTls: "Begin TLS negotiation now",
  tlsAlready: "TLS is active already",
  tlsNotOffered: "TLS is not available here",
  tlsAfterUtf8: "STLS comes before UTF8",
  tlsRequired: "Passwords are taken over TLS only; begin with STLS",

  nameNoted: "Now the password",
  nameFirst: "Give the name first, with USER",
  mechanisms: "Mechanism list follows",
  mechanismUnknown: "No such authentication mechanism here",
  exchangeCancelled: "Authentication cancelled",
  exchangeUnreadable: "That is no valid response",
  credentialsWrong: "Wrong user name or password",
  accountDisabled: "This account is disabled",
  loginTooSoon: (seconds) => `The last login was a moment ago; come back in ${seconds} s`,
  loginThrottled: (seconds) => `Too many failed logins; try again in ${seconds} s`,
  tooManySessions: "Too many connections of this account; close one of them first",
  tooManyFailedLogins: "Too many failed logins; goodbye",

  maildrop: (messages, octets) => `${count(messages, "message")} (${count(octets, "octet")})`,
  message: (octets) => count(octets, "octet"),
  top: (lines) => `Header and ${count(lines, "line")} follow`,
  uids: (messages) => `Unique ids of ${count(messages, "message")} follow`,
  marked: (message) => `Message ${message} goes when you say QUIT`,
  noSuchMessage: "No such message",
  messageMarked: "That message is marked to be deleted",
  messageGone: "That message was deleted meanwhile",
  removed: (messages) => `${count(messages, "message")} deleted; goodbye`,
  movedToTrash: (messages) => `${count(messages, "message")} moved to Trash; goodbye`,
  notRemoved: "Nothing was deleted; please try again later",

  unknownCommand: "Unknown command",
  badArgument: "The argument is missing or wrong",
  loginFirst: "Log in first",
  loggedInAlready: "That comes before login",
  lineTooLong: "The line is too long",
  tooManyErrors: "Too many errors; goodbye",

  maildropMissing: "The mailbox is not there",
  diskFull: "The server's disk is full",
  unavailable: "The mailbox is not available; please try again later",
  damaged: "This part of the mailbox is damaged on the server's disk",
  readOnly: "The mailbox cannot be changed",
  refused: "That cannot be done",
  fault: (id) => `The server made a mistake (${id})`,
};

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
