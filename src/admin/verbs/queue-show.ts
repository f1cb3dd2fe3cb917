// queue show: one message that waits: its envelope, its recipients with what became of the attempts, its header; or all of it.

import { concatBytes } from "../../base/bytes.ts";
import { queueShownBytesMax } from "../../base/limits.ts";
import { formatSize } from "../../config/human-size.ts";
import type { Letter } from "../../delivery/letter.ts";
import { octets } from "../../mime/octets.ts";
import { isoTime, letterData, plain, recipientData, recipientTable, senderText, shortTime } from "../queue-words.ts";
import { flag, good, positional, verb } from "../verb.ts";

export const queueShow = verb({
  name: "queue show",
  summary: "show a message that waits",
  details:
    "Its sender, its recipients with the last reply to each, and its header. With --message its text as it is, up to 4 MiB, and nothing else; bytes that are not UTF-8 come out whole with --json, in base64.",
  parameters: [
    positional("id", "ID", "the message's ID, as `queue list` tells it"),
    flag("message", "the message itself"),
  ],
  examples: ["queue show 5f0c2a9be1d3440a17", "queue show 5f0c2a9be1d3440a17 --message"],
  parse: (given) => ({ name: given.text("id"), what: given.flag("message") === "given" ? "message" : "facts" }),
  run: async ({ queue }, { name, what }) => {
    const rows = await queue.recipients(name);
    const [first] = rows;
    await using letter = await queue.letter(name);
    if (what === "message") {
      const bytes = await beginningOf(letter);
      const whole = bytes.length === letter.size;
      return good({ id: name, bytes: letter.size, whole, message: bytes.toBase64() }, asText.decode(bytes));
    }
    if (first === undefined) throw new Error("a message in the queue has recipients");
    const header = headerText(letter);
    const asked = first.releaseRequest;
    const facts = [
      ["ID", name],
      ["sender", senderText(first.sender)],
      ["submitted by", first.account ?? "another server"],
      ["size", `${formatSize(first.size)} (${first.size} bytes)`],
      ["queued", shortTime(first.queuedAtMs)],
      ...(asked === null ? [] : [["release asked for", asked.replace("; ", " ")]]),
    ].map(([fact, value]) => `${`${fact}:`.padEnd(20)}${value}\n`);
    const data = {
      ...letterData(first),
      account: first.account,
      releaseRequest: asked,
      releaseAt: first.releaseAtMs === null ? null : isoTime(first.releaseAtMs),
      recipients: rows.map((row) => recipientData(row, queue)),
      header,
    };
    const shown = header.split(/\r?\n/).map((line) => `  ${plain(line.replaceAll("\t", " "))}\n`);
    return good(data, `${facts.join("")}\n${recipientTable(rows, queue)}\nHeader:\n${shown.join("")}`);
  },
});

// RFC 6532: a header is UTF-8.
function headerText({ header }: Letter): string {
  return asText.decode(octets(header.text.slice(0, header.end))).trimEnd();
}

async function beginningOf(letter: Letter): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let left = queueShownBytesMax;
  for await (const piece of letter.pieces(0)) {
    pieces.push(piece.subarray(0, left));
    left -= piece.length;
    if (left <= 0) break;
  }
  return concatBytes(pieces);
}

const asText = new TextDecoder("utf-8", { ignoreBOM: true });
