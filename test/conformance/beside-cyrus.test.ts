// SORT, THREAD, SEARCH, ENVELOPE and BODYSTRUCTURE beside Cyrus's (made with Debian's 3.6.1): the same real messages, the same
// questions. Where the answers differ, a rule says why, with the sentence that decides; each is counted. Needs what
// `npm run conformance:cyrus` fetches; Debian does not let Cyrus stand beside Dovecot.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { numbersIn, type Search, searches } from "../support/asked-searches.ts";
import { CyrusImap, cyrusIsMissing } from "../support/cyrus-imap.ts";
import type { ImapClient, ImapResponse } from "../support/imap-client.ts";
import { PostOffice } from "../support/post-office.ts";
import { ourMailbox, type Sample, samples } from "../support/sample-mail.ts";
import { structuresOf } from "../support/structure-form.ts";

const skip = cyrusIsMissing();

interface Both {
  readonly list: readonly Sample[];
  readonly ours: ImapClient;
  readonly cyrus: CyrusImap;
}

/** The same messages with both, opened for the first who asks. */
function both(isOne: (at: number) => boolean): () => Promise<Both> {
  const scope = new AsyncDisposableStack();
  after(() => scope.disposeAsync());
  let opening: Promise<Both> | undefined;
  const open = async (): Promise<Both> => {
    const list = samples(isOne);
    const office = scope.use(await PostOffice.open());
    return { list, ours: scope.use(await ourMailbox(office, list)), cyrus: scope.use(await CyrusImap.open(list)) };
  };
  return () => {
    opening ??= open();
    return opening;
  };
}

/** The one untagged answer of each. */
async function ask({ ours, cyrus }: Both, command: string): Promise<readonly [our: string, their: string]> {
  const label = `* ${command.replace("UID ", "").split(" ")[0]}`;
  const our = (await ours.ok(command)).untagged.map(({ text }) => text);
  const their = await cyrus.command(command);
  const [one, other] = [our, their].map((lines) => lines.filter((line) => line.startsWith(label)));
  assert.deepEqual([one?.length, other?.length], [1, 1]);
  return [one?.[0]?.trim() ?? "", other?.[0]?.trim() ?? ""];
}

suite("SORT and THREAD beside Cyrus", { skip }, () => {
  // Neighbours, so that there are threads.
  const opened = both((at) => at >= 400 && at < 1_000);

  /** Messages that Cyrus puts elsewhere, by their number. */
  const elsewhere: Readonly<Record<string, { readonly numbers: readonly number[]; readonly sentence: string }>> = {
    SUBJECT: {
      numbers: [273],
      sentence: 'RFC 5256 2.1 (1): "Convert all multiple spaces to a single space", within the base subject too.',
    },
    CC: {
      numbers: [314],
      sentence:
        'RFC 5256 3 sorts by the "[IMAP] addr-mailbox of the first "cc" address": that of ""@argote.ch is as empty as none.',
    },
  };

  const keys = ["ARRIVAL", "CC", "DATE", "FROM", "SIZE", "SUBJECT", "TO", "DISPLAYFROM", "DISPLAYTO"];
  for (const program of [...keys, "REVERSE SUBJECT", "FROM REVERSE DATE", "SUBJECT REVERSE SIZE", "REVERSE TO SIZE"]) {
    test(`SORT (${program}) has Cyrus's order`, async (t) => {
      const [our, their] = await ask(await opened(), `SORT (${program}) UTF-8 ALL`);
      const rules = Object.entries(elsewhere).filter(([key]) => program.includes(key));
      for (const [, { numbers, sentence }] of rules) t.diagnostic(`${numbers.length} stands elsewhere. ${sentence}`);
      const apart = new Set(rules.flatMap(([, { numbers }]) => numbers.map(String)));
      const [one, other] = [our, their].map((line) => line.split(" ").filter((number) => !apart.has(number)));
      assert.ok((one?.length ?? 0) > 590);
      assert.deepEqual(one, other);
    });
  }

  for (const [command, apart, sentence] of [
    ["THREAD REFERENCES UTF-8 ALL", [], ""],
    ["THREAD REFERENCES UTF-8 SUBJECT re", [], ""],
    ["UID THREAD REFERENCES UTF-8 NOT 1:300", [], ""],
    ["THREAD ORDEREDSUBJECT UTF-8 ALL", [273], elsewhere["SUBJECT"]?.sentence ?? ""],
    [
      "THREAD REFS UTF-8 ALL",
      [437],
      "RFC 5322 3.6.4: no white space is part of an id, so that one broken by a fold (leitl.or g) is still what it answers; " +
        "Dovecot reads it so too.",
    ],
  ] as const) {
    test(`${command} has Cyrus's threads`, async (t) => {
      const [our, their] = await ask(await opened(), command);
      if (apart.length > 0) t.diagnostic(`${apart.length} is in another thread. ${sentence}`);
      const [one, other] = [our, their].map((line) => threadsWithout(line, apart));
      assert.ok((one?.length ?? 0) > 50);
      assert.deepEqual(one, other);
    });
  }
});

/** The threads of a THREAD response as sets of messages, without some messages; in no order where some are left out. */
function threadsWithout(text: string, apart: readonly number[]): string[] {
  const threads: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(" && depth++ === 0) start = at;
    if (text[at] === ")" && --depth === 0) threads.push(text.slice(start, at + 1));
  }
  if (apart.length === 0) return threads;
  const numbers = threads.map((thread) => (thread.match(/\d+/g) ?? []).map(Number));
  return numbers
    .map((thread) => thread.filter((number) => !apart.includes(number)).join(" "))
    .filter((thread) => thread !== "")
    .sort();
}

interface Rule<Subject> {
  readonly what: string;
  readonly sentence: string;
  explains(subject: Subject, sample: Sample): boolean;
}

interface Differing extends Search {
  readonly foundBy: "us" | "them";
}

const looksAtText = ({ key }: Search): boolean => /\b(?:BODY|TEXT)\b/.test(key);
const dateOf = ({ text }: Sample): string => /^Date: *(.*)\r$/im.exec(text)?.[1] ?? "";

const searchRules: readonly Rule<Differing>[] = [
  {
    what: "a year is what it says",
    sentence: "RFC 5322 3.3: a year has four digits, 0102 or 102 is that year; Cyrus takes it for 2002.",
    explains: ({ key }, sample) => key.startsWith("SENT") && /\b0?10\d\b/.test(dateOf(sample)),
  },
  {
    what: "HTML is searched as it is read",
    sentence:
      'RFC 9051 6.4.4: "a message matches the key if the string is a substring of the associated text": the text of HTML ' +
      "is what stands between its tags; Cyrus takes away some of them.",
    explains: (search, { text }) => looksAtText(search) && /<(?:html|body|p|br|font|a|table)\b/i.test(text),
  },
  {
    what: "text is searched in every charset",
    sentence:
      'RFC 5255 4.6: "The decoded text from (a) MUST be converted to the charset expected by the active comparator"; Cyrus ' +
      "finds nothing in a text part whose charset is not US-ASCII or UTF-8.",
    explains: (search, { text }) =>
      looksAtText(search) &&
      search.foundBy === "us" &&
      (/charset="?(?!us-ascii|utf-8)[\w-]+/i.test(text) || /[\x80-\xff]/.test(text)),
  },
  {
    what: "BODY looks at no header field",
    sentence: "RFC 9051 6.4.4 has BODY match no header fields, unlike TEXT; Cyrus looks at those of parts too.",
    explains: ({ key, foundBy }, { text }) =>
      key.startsWith("BODY ") && foundBy === "them" && /^Content-Type: *multipart\//im.test(text),
  },
];

suite("SEARCH beside Cyrus", { skip }, () => {
  const opened = both((at) => at % 12 === 0);

  test("finds what Cyrus finds, but where a sentence decides otherwise", async (t) => {
    const { list, ours, cyrus } = await opened();
    const counts = new Map<string, number>();
    const unexplained: string[] = [];
    let agreed = 0;
    for (const search of searches) {
      const answer = await ours.ok(`SEARCH ${search.octets}`);
      const our = numbersIn(answer.untagged.map(({ text }) => text));
      const their = numbersIn(await cyrus.command(`SEARCH ${search.octets}`));
      let differing = 0;
      for (const [at, sample] of list.entries()) {
        if (our.has(at + 1) === their.has(at + 1)) continue;
        differing++;
        const subject: Differing = { ...search, foundBy: our.has(at + 1) ? "us" : "them" };
        const rule = searchRules.find((one) => one.explains(subject, sample));
        if (rule === undefined) unexplained.push(`${search.key}: ${sample.name}, found by ${subject.foundBy}`);
        else counts.set(`${rule.what}. ${rule.sentence}`, (counts.get(`${rule.what}. ${rule.sentence}`) ?? 0) + 1);
      }
      if (differing === 0) agreed++;
    }
    for (const [why, count] of counts) t.diagnostic(`${count} answers differ: ${why}`);
    t.diagnostic(`${agreed} of ${searches.length} searches over ${list.length} messages agree entirely`);
    assert.deepEqual(unexplained, []);
    assert.ok(agreed >= searches.length / 2, `only ${agreed} of ${searches.length} searches agree`);
  });
});

interface Answers {
  readonly our: string;
  readonly their: string;
}

const fieldsTwice = /^(from|to|cc|bcc|reply-to|sender|content-transfer-encoding):[^]*?^\1:/im;

const structureRules: readonly Rule<Answers>[] = [
  {
    what: "an address that is none",
    sentence:
      "RFC 5322 3.4 says what an address is; of what is none as much is told as can be read, without a domain that nobody " +
      "wrote; Cyrus makes addresses of it.",
    explains: ({ our }) => /SYNTAX_ERROR|MISSING_MAILBOX|MISSING_DOMAIN/.test(our),
  },
  {
    what: "a field that stands several times",
    sentence: "RFC 5322 3.6 allows one of each: we tell the addresses of all, Cyrus those of the last.",
    explains: (_, { text }) => fieldsTwice.test(text.split("\r\n\r\n")[0] ?? ""),
  },
  {
    what: "an encoding without MIME-Version",
    sentence:
      "RFC 2045 4: the fields of MIME mean something in a message that has MIME-Version; 7BIT is the default of one that has none.",
    explains: ({ our, their }, { text }) =>
      our.toLowerCase().replace("7bit", "8bit") === their.toLowerCase() && !/^MIME-Version:/im.test(text),
  },
];

suite("ENVELOPE and BODYSTRUCTURE beside Cyrus", { skip }, () => {
  const opened = both((at) => at % 6 === 3);

  test("are Cyrus's, but where a sentence decides otherwise", async (t) => {
    const { list, ours, cyrus } = await opened();
    const command = "FETCH 1:* (ENVELOPE BODYSTRUCTURE)";
    const our = (await ours.ok(command)).untagged.filter(({ text }) => /^\* \d+ FETCH /.test(text));
    const their = (await cyrus.command(command)).filter((line) => /^\* \d+ FETCH /.test(line));
    assert.deepEqual([our.length, their.length], [list.length, list.length]);
    const counts = new Map<string, number>();
    const unexplained: string[] = [];
    let agreed = 0;
    for (const [at, sample] of list.entries()) {
      const one = structuresOf(wholeOf(our[at]));
      const other = structuresOf(their[at] ?? "");
      for (const item of ["ENVELOPE", "BODYSTRUCTURE"]) {
        const answers = { our: one.get(item) ?? "ours is missing", their: other.get(item) ?? "theirs is missing" };
        if (answers.our === answers.their) {
          agreed++;
          continue;
        }
        const rule = structureRules.find((known) => known.explains(answers, sample));
        if (rule === undefined) unexplained.push(`${sample.name} ${item}\n${answers.our}\n${answers.their}`);
        else counts.set(`${rule.what}. ${rule.sentence}`, (counts.get(`${rule.what}. ${rule.sentence}`) ?? 0) + 1);
      }
    }
    t.diagnostic(
      "Not counted: case of MIME words (RFC 2045 5.1), white space of folds (RFC 5322 2.2.3), and charset=us-ascii, the default " +
        "of text (RFC 2045 5.2), which we tell always and Cyrus where there is no Content-Type.",
    );
    for (const [why, count] of counts) t.diagnostic(`${count} answers differ: ${why}`);
    t.diagnostic(`${agreed} of ${2 * list.length} answers agree`);
    assert.deepEqual(unexplained, []);
    assert.ok(agreed > 1.9 * list.length);
  });
});

/** A response with its literals in their places. */
function wholeOf(response: ImapResponse | undefined): string {
  const literals = [...(response?.literals ?? [])];
  return (response?.text ?? "").replace(/\{(\d+)\}/g, (announced, length) => {
    if (literals[0]?.length !== Number(length)) return announced;
    return `${announced}\r\n${literals.shift()?.toString("latin1")}`;
  });
}
