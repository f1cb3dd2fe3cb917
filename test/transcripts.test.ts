// Every transcript under test/transcripts/, three ways: as it is written, with each byte in a packet of its own, and cut
// in two at some places; those that say "pipelined: yes" also with all commands sent at once.
//
// `npm run transcripts -- --every-byte` cuts at every place there is; a word more picks transcripts by their path.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { PostOffice, type Protocol } from "./support/post-office.ts";
import { filesMatching, rootDir } from "./support/source-tree.ts";
import { runTranscript } from "./support/transcript.ts";
import { parseTranscript } from "./support/transcript-parser.ts";
import { cutAt, everyByteAlone } from "./support/transcript-session.ts";

const everyCut = process.argv.includes("--every-byte");
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
/** Single cuts of the ordinary run, spread over the transcript. */
const ordinaryCuts = 3;

suite("transcripts", () => {
  const opening = PostOffice.open();
  after(async () => await (await opening)[Symbol.asyncDispose]());

  for (const path of filesMatching("test/transcripts/*/*.txt")) {
    if (wanted.length > 0 && !wanted.some((word) => path.includes(word))) continue;
    const transcript = parseTranscript(
      join(rootDir, path),
      protocolOf(path),
      readFileSync(join(rootDir, path), "utf8"),
    );
    const name = path.replace("test/transcripts/", "").replace(/\.txt$/, "");
    test(`${name}: ${transcript.title}`, async () => {
      const office = await opening;
      const places = await runTranscript(office, transcript);
      await runTranscript(office, transcript, { cutting: everyByteAlone });
      for (const position of chosen(places)) await runTranscript(office, transcript, { cutting: cutAt(position) });
      if (transcript.pipelined) await runTranscript(office, transcript, { order: "pipelined" });
    });
  }
});

function protocolOf(path: string): Protocol {
  const folder = path.split("/")[2];
  if (folder === "pop3" || folder === "imap" || folder === "smtp" || folder === "submission" || folder === "lmtp")
    return folder;
  throw new Error(`${path}: transcripts lie in a folder named for their protocol`);
}

function chosen(places: readonly number[]): readonly number[] {
  const step = everyCut ? 1 : Math.max(1, Math.floor(places.length / (ordinaryCuts + 1)));
  return places.filter((_, at) => (at + 1) % step === 0).slice(0, everyCut ? places.length : ordinaryCuts);
}
