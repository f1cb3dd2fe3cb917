// What does IMAP's wire cost by itself: nanoseconds to write a FETCH line, beside the simple version that joins strings,
// and to read a command?  node bench/imap-wire.ts

import { ArgumentReader } from "../src/imap/wire/argument-reader.ts";
import { limitsAfterLogin } from "../src/imap/wire/command-limits.ts";
import { CommandReader } from "../src/imap/wire/command-reader.ts";
import { readFetch } from "../src/imap/wire/fetch-item.ts";
import { beginFetch, endFetch, fetchFlags, fetchUid } from "../src/imap/wire/fetch-response.ts";
import { charsetDecoder, readSearchCharset, readSearchOptions } from "../src/imap/wire/search-args.ts";
import { readSearchKeys } from "../src/imap/wire/search-key.ts";
import { readStore } from "../src/imap/wire/store-args.ts";
import { Writer } from "../src/imap/wire/writer.ts";
import { flagNames, flagSet } from "../src/model/flags.ts";

const rounds = 7;
const writer = new Writer();
const flagSets = [flagSet(1, []), flagSet(3, []), flagSet(0, ["$Junk"]), flagSet(1, ["$Forwarded", "NonJunk"])];
const noFlags = flagSet(0, []);
let octets = 0;

function best(count: number, once: (at: number) => void): string {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const started = process.hrtime.bigint();
    for (let at = 1; at <= count; at++) once(at);
    least = Math.min(least, Number(process.hrtime.bigint() - started) / count);
  }
  return least.toFixed(0);
}

function writeLine(at: number): void {
  beginFetch(writer, at);
  fetchUid(writer, at + 5_000);
  fetchFlags(writer, flagSets[at & 3] ?? noFlags, "not-recent");
  endFetch(writer);
  if (writer.length > 30_000) octets += writer.take().length;
}

function joinLine(at: number): void {
  const line = `* ${at} FETCH (UID ${at + 5_000} FLAGS (${flagNames(flagSets[at & 3] ?? noFlags).join(" ")}))\r\n`;
  octets += new TextEncoder().encode(line).length;
}

const reader = new CommandReader(limitsAfterLogin);

function readCommand(line: string, read: (args: ArgumentReader) => unknown): string {
  const bytes = new TextEncoder().encode(`${line}\r\n`);
  return best(100_000, () => {
    reader.push(bytes);
    const event = reader.next();
    if (event?.kind !== "command") throw new Error("not read");
    read(new ArgumentReader(event.args));
  });
}

console.table({
  "write a FETCH line of UID and FLAGS": { ns: best(500_000, writeLine) },
  "the same, joining strings": { ns: best(100_000, joinLine) },
  "read NOOP": { ns: readCommand("a123 NOOP", (args) => args.end()) },
  "read UID FETCH of flags": {
    ns: readCommand("a123 UID FETCH 1234:5678 (UID FLAGS)", (args) => readFetch(args, "uid")),
  },
  "read UID STORE": { ns: readCommand("a123 UID STORE 1234 +FLAGS.SILENT (\\Seen)", readStore) },
  "read SEARCH of three keys": {
    ns: readCommand('a123 UID SEARCH RETURN (ALL) UNSEEN SINCE 1-Jan-2024 NOT FROM "x"', (args) => {
      readSearchOptions(args);
      return readSearchKeys(args, charsetDecoder(readSearchCharset(args)));
    }),
  },
});
console.log(`${octets} octets written`);
