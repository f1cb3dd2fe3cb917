// What brings a session into each state in which a client's words mean something else.

import type { Protocol } from "../support/post-office.ts";
import { sitePassword } from "../support/server-site.ts";

export const fuzzUser = "fuzz@example.org";
/** Shares mailboxes with the fuzz user, who shares with her. */
export const fuzzFriend = "alice@example.org";
const plain = Buffer.from(`\0${fuzzUser}\0${sitePassword}`).toString("base64");
const imapLogin = `p LOGIN ${fuzzUser} "${sitePassword}"\r\n`;
const notifyEvents = "MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange";
const notifySet = `NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (personal (MessageNew ${notifyEvents}))`;
const friendLogin = `p LOGIN ${fuzzFriend} "${sitePassword}"\r\n`;
const shared = `"Other Users/${fuzzFriend}/INBOX"`;
const notifyAll = `NOTIFY SET STATUS (selected-delayed (MessageNew MessageExpunge FlagChange)) (subtree ("" "Other Users") (MessageNew ${notifyEvents}))`;
const pop3Login = `USER ${fuzzUser}\r\nPASS ${sitePassword}\r\n`;
const smtpMail = "EHLO fuzz.example\r\nMAIL FROM:<a@example.net>\r\n";
const smtpRcpt = `${smtpMail}RCPT TO:<${fuzzUser}>\r\n`;
const submissionLogin = `EHLO fuzz.example\r\nAUTH PLAIN ${plain}\r\n`;
const message = `From: <${fuzzUser}>\r\nSubject: x\r\n\r\n`;

/** What is said first; what has to be heard before the rest may be said, since it must not be pipelined. */
export type Entrance = readonly (readonly [say: string, hear: RegExp])[];

export const sessionStates: Readonly<Record<Protocol, readonly Entrance[]>> = {
  imap: [
    [],
    [["p AUTHENTICATE PLAIN\r\n", /^\+/m]],
    [["p AUTHENTICATE SCRAM-SHA-256\r\n", /^\+/m]],
    [["p AUTHENTICATE LOGIN\r\n", /^\+/m]],
    [[imapLogin, /^p OK/m]],
    [[`${imapLogin}q SELECT INBOX\r\n`, /^q \w+/m]],
    [[`${imapLogin}q SELECT INBOX\r\n`, /^q \w+/m]],
    [[`${imapLogin}q EXAMINE INBOX\r\n`, /^q \w+/m]],
    [[`${imapLogin}q ENABLE QRESYNC UTF8=ACCEPT\r\nr SELECT INBOX\r\n`, /^r \w+/m]],
    [[`${imapLogin}q ENABLE IMAP4rev2\r\nr SELECT INBOX\r\n`, /^r \w+/m]],
    [[`${imapLogin}q SELECT INBOX\r\nr UID SEARCH RETURN (SAVE) ALL\r\n`, /^r \w+/m]],
    [[`${imapLogin}q SELECT INBOX\r\nr IDLE\r\n`, /^\+/m]],
    [[`${imapLogin}q SELECT INBOX\r\nr ${notifySet}\r\n`, /^r \w+/m]],
    [[`${imapLogin}q SELECT ${shared}\r\n`, /^q \w+/m]],
    [[`${imapLogin}q ENABLE QRESYNC METADATA\r\nr SELECT ${shared}\r\ns ${notifyAll}\r\n`, /^s \w+/m]],
    [[`${imapLogin}q ENABLE IMAP4rev2\r\nr SELECT ${shared}\r\ns IDLE\r\n`, /^\+/m]],
    [[`${imapLogin}q ENABLE UIDONLY QRESYNC\r\nr SELECT ${shared}\r\n`, /^r \w+/m]],
    [[`${imapLogin}q ENABLE UIDONLY\r\nr SELECT INBOX\r\n`, /^r \w+/m]],
    [
      [
        `${imapLogin}q SELECT ${shared}\r\nr UID SEARCH RETURN (UPDATE ALL SAVE) UNSEEN\r\ns UID SORT RETURN (UPDATE COUNT PARTIAL 1:2) (SUBJECT) UTF-8 FUZZY TEXT "within"\r\n`,
        /^s \w+/m,
      ],
    ],
    [[`${imapLogin}q LANGUAGE bn\r\nr COMPARATOR "i;octet"\r\ns SELECT INBOX\r\n`, /^s \w+/m]],
    [[friendLogin, /^p \w+/m]],
    [[`${friendLogin}q SELECT INBOX\r\n`, /^q \w+/m]],
    [[`${friendLogin}q SELECT INBOX\r\nr ${notifyAll}\r\n`, /^r \w+/m]],
    [[`${friendLogin}q SELECT "Other Users/${fuzzUser}/INBOX"\r\n`, /^q \w+/m]],
    [[`${imapLogin}q COMPRESS DEFLATE\r\n`, /^q \w+/m]],
    [[`${imapLogin}q APPEND INBOX (\\Seen) {400}\r\n`, /^\+/m]],
    [[`${imapLogin}q SELECT INBOX\r\nr SEARCH CHARSET UTF-8 TEXT {12}\r\n`, /^\+/m]],
  ],
  pop3: [
    [],
    [[`USER ${fuzzUser}\r\n`, /^\+OK/m]],
    [["AUTH PLAIN\r\n", /^\+ /m]],
    [["AUTH SCRAM-SHA-256\r\n", /^\+ /m]],
    [[pop3Login, /^\+OK \d/m]],
    [[pop3Login, /^\+OK \d/m]],
    [
      ["UTF8\r\n", /^\+OK/m],
      [pop3Login, /^\+OK \d/m],
    ],
    [[`${pop3Login}DELE 1\r\n`, /^(?:\+OK Mess|-ERR No)/m]],
  ],
  smtp: [
    [],
    [["EHLO fuzz.example\r\n", /^250 /m]],
    [[smtpMail, /^250 2\.1\.0/m]],
    [[smtpRcpt, /^250 2\.1\.5/m]],
    [
      [smtpRcpt, /^250 2\.1\.5/m],
      ["DATA\r\n", /^354/m],
    ],
    [
      [smtpRcpt, /^250 2\.1\.5/m],
      ["DATA\r\n", /^354/m],
      [message, /^/],
    ],
  ],
  submission: [
    [],
    [["EHLO fuzz.example\r\n", /^250 /m]],
    [["EHLO fuzz.example\r\nAUTH LOGIN\r\n", /^334/m]],
    [[submissionLogin, /^235/m]],
    [[`${submissionLogin}MAIL FROM:<${fuzzUser}>\r\n`, /^250 2\.1\.0/m]],
    [
      [`${submissionLogin}MAIL FROM:<${fuzzUser}>\r\nRCPT TO:<${fuzzUser}>\r\n`, /^250 2\.1\.5/m],
      ["DATA\r\n", /^354/m],
    ],
    [
      [`${submissionLogin}MAIL FROM:<${fuzzUser}>\r\nRCPT TO:<${fuzzUser}>\r\n`, /^250 2\.1\.5/m],
      ["DATA\r\n", /^354/m],
      [message, /^/],
    ],
  ],
  lmtp: [
    [],
    [["LHLO fuzz.example\r\n", /^250 /m]],
    [[smtpRcpt.replace("EHLO", "LHLO"), /^250 2\.1\.5/m]],
    [
      [smtpRcpt.replace("EHLO", "LHLO"), /^250 2\.1\.5/m],
      ["DATA\r\n", /^354/m],
    ],
    [
      [smtpRcpt.replace("EHLO", "LHLO"), /^250 2\.1\.5/m],
      ["DATA\r\n", /^354/m],
      ["Subject: x\r\n\r\n", /^/],
    ],
  ],
};
