// What clients say in the transcripts, as octets: the corpus that mutations begin with.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Protocol } from "../support/post-office.ts";
import { filesMatching, rootDir } from "../support/source-tree.ts";
import { parseTranscript, unescape } from "../support/transcript-parser.ts";
import { filledIn, type Names } from "../support/transcript-pattern.ts";

/** One client of one transcript: the packets that it sends, in order. */
export interface Spoken {
  readonly protocol: Protocol;
  readonly packets: readonly string[];
}

export const spokenProtocols = ["imap", "pop3", "smtp", "submission", "lmtp"] as const satisfies readonly Protocol[];

/** `names` stand for what a transcript has in braces; a number stands for what a server would have told. */
export function spokenLines(names: Names): readonly Spoken[] {
  const all: Spoken[] = [];
  for (const folder of spokenProtocols) {
    for (const path of filesMatching(`test/transcripts/${folder}/*.txt`)) {
      const { steps, protocols } = parseTranscript(path, folder, readFileSync(join(rootDir, path), "utf8"));
      for (const [session, protocol] of protocols) {
        const packets = steps
          .filter((step) => step.session === session && step.kind === "say")
          .map((step) => {
            if (step.kind !== "say") return "";
            if (step.raw) return unescape(step.text);
            return `${filledIn(step.text, names).replaceAll(/\{[a-zA-Z]\w*\}/g, "1")}\r\n`;
          })
          .filter((packet) => packet !== "" && packet !== "\r\n");
        if (packets.length > 0) all.push({ protocol, packets });
      }
    }
  }
  return all;
}
