// SEARCH beside Dovecot's (Debian's dovecot-imapd; made with 2.3.19): the same five hundred real messages, the same
// searches, the same numbers. Where the answers differ, a rule says why, with the sentence that decides.

import assert from "node:assert/strict";
import { test } from "node:test";
import { numbersIn, type Search, searches } from "../support/asked-searches.ts";
import { DovecotImap, dovecotIsThere } from "../support/dovecot-imap.ts";
import { PostOffice } from "../support/post-office.ts";
import { ourMailbox, type Sample, samples } from "../support/sample-mail.ts";

const everyTwelfth = (at: number): boolean => at % 12 === 0;

interface Rule {
  readonly what: string;
  readonly sentence: string;
  explains(search: Search, sample: Sample): boolean;
}

const looksAtText = ({ key }: Search): boolean => /\b(?:BODY|TEXT)\b/.test(key);
const isSpoken = ({ key }: Search): boolean => /[^\0-\x7f]/.test(key);
const dateOf = ({ text }: Sample): string => /^Date: *(.*)\r$/im.exec(text)?.[1] ?? "";
/** RFC 5322 3.3, with numeric or named zones. */
const plainDate = /^(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|[A-Z]{1,4})(?: \(.*\))?$/;

const rules: readonly Rule[] = [
  {
    what: "HTML is searched as it is read",
    sentence:
      'RFC 9051 6.4.4: "a message matches the key if the string is a substring of the associated text": the text of HTML ' +
      "is what stands between its tags, with its entities resolved and white space as one space; Dovecot searches its source.",
    explains: (search, { text }) => looksAtText(search) && /<(?:html|body|p|br|font|a|table)\b/i.test(text),
  },
  {
    what: "BODY looks at no header field",
    sentence: "RFC 9051 6.4.4 has BODY match no header fields, unlike TEXT; Dovecot looks at those of parts too.",
    explains: ({ key }, { text }) => key.startsWith("BODY ") && /^Content-Type: *multipart\//im.test(text),
  },
  {
    what: "what is no date is not compared",
    sentence:
      'RFC 9051 6.4.4: "Messages whose [RFC5322] Date: header field [...] is earlier than the specified date": a field that ' +
      "holds no date is neither earlier nor later, where Dovecot takes it for 1970; and we read more obsolete forms (RFC 5322 4.3).",
    explains: ({ key }, sample) => key.startsWith("SENT") && !plainDate.test(dateOf(sample)),
  },
  {
    what: "text in a wrong charset, or in none",
    sentence:
      "RFC 2045 5.2 and RFC 5322 2.2 have ASCII where no charset is named: other octets are read as mail programs do " +
      "(UTF-8, else windows-1252, which also stands for ISO-8859-1); Dovecot takes them for UTF-8, and knows fewer names.",
    explains: (search, { text }) => isSpoken(search) && /[\x80-\xff]|=[89A-F][0-9A-F]|base64/i.test(text),
  },
  {
    what: "an empty From is none",
    sentence:
      'RFC 9051 6.4.4: "in the envelope structure\'s FROM field", which is NIL for a field without an address (7.5.2).',
    explains: ({ key }, { text }) => /\bFROM ""/.test(key) && /^From: *\r$/im.test(text),
  },
];

test("SEARCH finds what Dovecot finds, but where a sentence decides otherwise", {
  skip: dovecotIsThere ? false : "Dovecot (Debian: dovecot-imapd) is not installed",
}, async (t) => {
  const list = samples(everyTwelfth);
  await using office = await PostOffice.open();
  using ours = await ourMailbox(office, list);
  await using dovecot = await DovecotImap.open(list);
  const counts = new Map<Rule, number>();
  const unexplained: string[] = [];
  let agreed = 0;
  for (const search of searches) {
    const answer = await ours.ok(`SEARCH ${search.octets}`);
    const our = numbersIn(answer.untagged.map(({ text }) => text));
    const their = numbersIn(await dovecot.command(`SEARCH ${search.octets}`));
    const differing = list.filter((_, at) => our.has(at + 1) !== their.has(at + 1));
    if (differing.length === 0) agreed++;
    for (const sample of differing) {
      const rule = rules.find((one) => one.explains(search, sample));
      if (rule !== undefined) counts.set(rule, (counts.get(rule) ?? 0) + 1);
      else unexplained.push(`${search.key}: ${sample.name}`);
    }
  }
  for (const [{ what, sentence }, count] of counts) t.diagnostic(`${count} answers differ: ${what}. ${sentence}`);
  t.diagnostic(`${agreed} of ${searches.length} searches over ${list.length} messages agree entirely`);
  assert.deepEqual(unexplained, []);
  assert.ok(agreed >= searches.length / 2, `only ${agreed} of ${searches.length} searches agree`);
});

test("an unknown charset is refused as Dovecot refuses it", {
  skip: dovecotIsThere ? false : "Dovecot (Debian: dovecot-imapd) is not installed",
}, async () => {
  await using office = await PostOffice.open();
  using ours = await ourMailbox(office, samples(everyTwelfth).slice(0, 1));
  await using dovecot = await DovecotImap.open(samples(everyTwelfth).slice(0, 1));
  const answer = await ours.run("SEARCH CHARSET X-FROB SUBJECT a");
  const [completion = ""] = await dovecot.command("SEARCH CHARSET X-FROB SUBJECT a");
  assert.match(`${answer.status} [${answer.code}]`, /^NO \[BADCHARSET \(/);
  assert.match(completion, /^t\d+ NO \[BADCHARSET\b/);
});
