// Searches that are asked of us and of another server, and what is made of the answers.

import assert from "node:assert/strict";

export interface Search {
  readonly key: string;
  readonly octets: string;
}

/** A key in ASCII. */
const plain = (key: string): Search => ({ key, octets: key });
/** A key whose last argument is text. */
function spoken(key: string, text: string): Search {
  const octets = Buffer.from(text).toString("latin1");
  return { key: `${key} ${text}`, octets: `CHARSET UTF-8 ${key} {${octets.length}+}\r\n${octets}` };
}

export const searches: readonly Search[] = [
  ...["ALL", "SEEN", "UNSEEN NOT FLAGGED", "OR ANSWERED DRAFT", "NOT (OR SEEN DELETED)", "KEYWORD $none"].map(plain),
  ...["BEFORE 3-Sep-2002", "ON 3-Sep-2002", "SINCE 3-Sep-2002 NOT ON 4-Sep-2002", "OLDER 100", "YOUNGER 100"].map(
    plain,
  ),
  ...["SENTBEFORE 1-Jul-2002", "SENTON 22-Aug-2002", "SENTON 23-Aug-2002", "SENTSINCE 1-Sep-2002"].map(plain),
  ...["LARGER 10000", "SMALLER 1000", "10:20,400:* LARGER 3000", "UID 1:50,300:*", "NOT 5:*"].map(plain),
  ...["SUBJECT linux", 'SUBJECT "re:"', 'SUBJECT ""', 'NOT SUBJECT ""', "SUBJECT FREE"].map(plain),
  ...["FROM linux", 'FROM "@yahoo.com"', 'FROM ""', "TO example", "CC ilug", 'BCC ""', 'CC "@"'].map(plain),
  ...["X-Mailer outlook", 'X-Mailer ""', 'Message-ID "@"', "Received localhost", 'References "<"'].map((rest) =>
    plain(`HEADER ${rest}`),
  ),
  ...['Content-Type "charset"', 'List-Id ""', 'x-none ""', 'Received "with esmtp id"'].map((rest) =>
    plain(`HEADER ${rest}`),
  ),
  ...["linux", "zymurgical", '"the"', '"click here"', "free", '"money back"', "perl", "unsubscribe"].map((rest) =>
    plain(`BODY ${rest}`),
  ),
  ...['"http://"', '"Content-Type"', '"PGP SIGNATURE"', "mime", '""', '"two words"'].map((rest) =>
    plain(`BODY ${rest}`),
  ),
  ...["linux", "boundary", '"text/html"', '"received: from"', '"subject: re"', '"to: <"', "spamassassin", '""'].map(
    (rest) => plain(`TEXT ${rest}`),
  ),
  ...["é", "É", "für", "FÜR", "中", "광고", "—", "’", "€", "привет"].map((text) => spoken("BODY", text)),
  ...["é", "광고", "ñ"].map((text) => spoken("SUBJECT", text)),
  spoken("OR FROM linux TEXT", "ü"),
];

export function numbersIn(lines: readonly string[]): Set<number> {
  const found = lines.filter((line) => line.startsWith("* SEARCH"));
  assert.equal(found.length, 1, "one SEARCH response");
  return new Set(found[0]?.split(" ").slice(2).map(Number));
}
