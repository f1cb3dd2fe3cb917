// ENVELOPE and BODYSTRUCTURE of messages that are odd or broken, most of them on purpose (the corpus beside the checkout), beside
// Cyrus's (made with Debian's 3.6.1). Differences stand in `decided`, each with the sentence that decides. Needs what
// `npm run conformance:cyrus` fetches.

import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { summarize } from "../../src/mime/message-summary.ts";
import { parseStructure } from "../../src/mime/structure-parser.ts";
import { CyrusImap, cyrusIsMissing } from "../support/cyrus-imap.ts";
import { readImapValue } from "../support/imap-value.ts";
import { rootDir } from "../support/source-tree.ts";
import { structureInOneForm, structuresOf } from "../support/structure-form.ts";

const corpus = join(rootDir, "../shared/corpus");
const skip = cyrusIsMissing() || (existsSync(corpus) ? false : "there is no corpus beside the checkout");

interface Decision {
  readonly what: string;
  readonly sentence: string;
  /** Ends of the paths of the messages that show it. */
  readonly samples: readonly string[];
}

const decided: readonly Decision[] = [
  {
    what: "a multipart has parts",
    sentence:
      'RFC 9051 9: "body-type-mpart = 1*body SP media-subtype": one in which none can be found has a part of no text; Cyrus ' +
      "tells of a text in its place.",
    samples: [
      "msg_25.txt",
      "msg_33.txt",
      "msg_41.txt",
      "msg_42.txt",
      "missing-inner-boundary.msg",
      "multipartnopart.msg",

      "missing-inner-start-boundary.msg",
      "empty-multipart.txt",
      "alternative-empty-related.eml",
      "external_relay.eml",
    ],
  },
  {
    what: "boundaries that are ambiguous, broken or missing",
    sentence:
      'RFC 2046 5.1.1: "it is sufficient that the boundary appear in its entirety following the CRLF", and 5.1.2: the ' +
      "delimiters of an outer multipart end the inner ones; the CRLF before a delimiter is in no body.",
    samples: [
      "msg_15.txt",
      "msg_38.txt",
      "msg_39.txt",
      "multi-bad.msg",
      "multi-frag.msg",
      "very-very-long-boundary.msg",
      ...["001", "004", "005", "007", "008", "009", "012", "016", "020", "021"].map((one) => `malformed/${one}.eml`),
      "simple.mbox.txt",
      "badboundary.eml",
      "rfc2060.txt",
      "mimetorture.eml",
    ],
  },
  {
    what: "bounds",
    sentence:
      "RFC 5322 2.1.1 and RFC 2046 5.1 have no message with so long fields, so many parts, or such depth: each server has " +
      "bounds of its own; the bytes are kept.",
    samples: [
      "addresses-20000.eml",
      "encoded-word-bomb.eml",
      "headers-20000.eml",
      "parts-12000.eml",
      "stack-overflow.txt",
      "nest-multipart-1001-unterminated.eml",
      "nest-multipart-1001.eml",
      "nest-multipart-101.eml",
      "nest-rfc822-300.eml",
      "rfc2231-params-5000.eml",
      "tests/files/nested.eml",
    ],
  },
  {
    what: "parameters",
    sentence:
      "RFC 2231 3 and 4: continuations are numbered from 0, values in percent signs are told in them, up to where they can be " +
      "read; RFC 1122 1.2.2: a semicolon too few costs no parameter; an empty value is one.",
    samples: [
      "msg_29.txt",
      "filename-crlf.eml",
      "rfc2231-gap-order.eml",
      "malformed/017.eml",
      "eml/rfc/001.eml",
      "messages/plain.eml",
      "unknown_encoding.eml",
      "without_charset_plain_only.eml",
      "without_charset_simple_multipart.eml",
    ],
  },
  {
    what: "the first of two Content-Types or encodings, or the last",
    sentence: "RFC 5322 3.6 and RFC 2045 3 allow one of each.",
    samples: ["cte-twice-conflict.eml", "ctype-twice.eml"],
  },
  {
    what: "the addresses of a field that stands several times",
    sentence: "RFC 5322 3.6 allows one of each: we tell the addresses of all, Cyrus those of one.",
    samples: [
      "msg_20.txt",
      "msg_25.txt",
      "from-multiple.eml",
      "from-space-before-colon.eml",
      "m0010.txt",
      "phish_sender.eml",
      "phish_sender3.eml",
      "spam-2.00271.7105f4998a88cbf4036403f61ba60d65.eml",
      "spam-2.00737.af5f503fe444ae773bfeb4652d122349.eml",
    ],
  },
  {
    what: "addresses that are none",
    sentence:
      "RFC 5322 3.4 says what an address is: of what is none as much is told as can be read; atext has the underscore (3.2.3), " +
      "and what looks like an encoded word is told as it was written.",
    samples: [
      "msg_43.txt",
      "address-group-nested.eml",
      "address-quotes.eml",
      "laminas-mail/test/_files/mail.eml",
      "mail_surrounding_single_quotes.eml",
      "eml/rfc/009.eml",
      "feedback-report.txt",
      "issue-462.eml",

      "issue-511.eml",
      "undisclosed_recipients.eml",
      "currency.eml",
      "pct_none.eml",
      "pct_none1.eml",
      "priority.eml",
      "url10.eml",
      "easy-ham-2.01324.23a1f5017a5531fca08d9ebe2f5b0537.eml",
      "easy-ham-2.01325.d94c9e1cca235f9f1bcecf469954490f.eml",
      "easy-ham-2.01326.b3210847a0d8621e380ac3e10606c497.eml",
      "hard-ham-1.00199.a69d994a7a76f49be4f4e8b839adc00a.eml",
      "spam-1.00096.a791864be5f1205bf2cea0adf241b25a.eml",
    ],
  },
];

test("the corpus is read as Cyrus reads it, but where a sentence decides otherwise", { skip }, async (t) => {
  await using cyrus = await CyrusImap.open([]);
  const taken: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  const names = globSync("**/*.{eml,msg,txt}", { cwd: corpus }).filter(
    (name) => !/LICENSE|SOURCE|outlook-msg/.test(name),
  );
  for (const name of names.sort()) {
    const text = readFileSync(join(corpus, name), "latin1").replace(/\r?\n/g, "\r\n");
    const bytes = Buffer.from(text, "latin1");
    if (await cyrus.take(bytes)) taken.push({ name, bytes });
  }
  await cyrus.command("SELECT INBOX");
  const lines = await cyrus.command("FETCH 1:* (ENVELOPE BODYSTRUCTURE)");
  const their = lines.filter((line) => /^\* \d+ FETCH /.test(line));
  assert.equal(their.length, taken.length);
  const counts = new Map<Decision, number>();
  const undecided: string[] = [];
  for (const [at, { name, bytes }] of taken.entries()) {
    if (isSame(ourStructures(bytes), structuresOf(their[at] ?? ""))) continue;
    const decision = decided.find(({ samples }) => samples.some((sample) => name.endsWith(sample)));
    if (decision === undefined) undecided.push(name);
    else counts.set(decision, (counts.get(decision) ?? 0) + 1);
  }
  for (const [{ what, sentence }, count] of counts) t.diagnostic(`${count} differ: ${what}. ${sentence}`);
  const differing = [...counts.values()].reduce((sum, count) => sum + count, 0);
  t.diagnostic(
    `${taken.length - differing} of ${taken.length} are the same; ${names.length - taken.length} Cyrus does not take`,
  );
  assert.deepEqual(undecided, []);
  assert.ok(differing < taken.length / 10);
});

function ourStructures(bytes: Uint8Array): ReadonlyMap<string, string> {
  const root = parseStructure(bytes);
  const { envelope, bodyStructure } = summarize(bytes.subarray(0, root.bodyStart), root);
  const form = (name: string, wire: Uint8Array): string =>
    structureInOneForm(name, readImapValue(Buffer.from(wire).toString("latin1"), 0));
  return new Map([
    ["ENVELOPE", form("ENVELOPE", envelope)],
    ["BODYSTRUCTURE", form("BODYSTRUCTURE", bodyStructure)],
  ]);
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return ["ENVELOPE", "BODYSTRUCTURE"].every((name) => one.get(name) === other.get(name));
}
