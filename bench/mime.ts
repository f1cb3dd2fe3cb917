// What does the MIME of one delivery cost, and how long can reading the text of one message keep the event loop?
//
//   node bench/mime.ts

import { searchTextBytesMax } from "../src/base/limits.ts";
import { summarize } from "../src/mime/message-summary.ts";
import { foldText } from "../src/mime/search-text.ts";
import { parseStructure } from "../src/mime/structure-parser.ts";
import { messageTexts } from "../test/support/message-texts.ts";
import { previewOf } from "../test/support/preview-of.ts";

const received = Array.from(
  { length: 8 },
  (_, at) =>
    `Received: from mx${at}.example.org (mx${at}.example.org [192.0.2.${at}])\r\n\tby relay.example.com with ESMTPS\r\n\tid abc${at}; Mon, 16 Mar 2026 10:00:0${at} +0600`,
).join("\r\n");
const header = [
  received,
  "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from:to:subject:date;\r\n\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=" +
    "a".repeat(340),
  "Date: Mon, 16 Mar 2026 10:00:00 +0600",
  "From: =?utf-8?B?4Kaw4Ka+4Ka54KeH4Kay4Ka+?= <rahela@example.org>",
  'To: "Doe, Jo" <jo@example.com>, Karim <karim@example.com>',
  "Subject: Re: [office] =?utf-8?B?4Ka44Kat4Ka+?=",
  "Message-ID: <1@example.org>",
  "References: <a@example.com> <b@example.org> <c@example.com>",
  "MIME-Version: 1.0",
].join("\r\n");
const line = "The quick brown fox jumps over the lazy dog and then goes on, as it does.\r\n";

function message(contentType: string, body: string): Uint8Array {
  return Buffer.from(`${header}\r\nContent-Type: ${contentType}\r\n\r\n${body}`);
}

function micros(run: () => unknown): number {
  for (let at = 0; at < 3_000; at++) run();
  const rounds = Array.from({ length: 7 }, () => {
    const start = performance.now();
    for (let at = 0; at < 2_000; at++) run();
    return (performance.now() - start) / 2;
  });
  return Math.min(...rounds);
}

const plain = message("text/plain; charset=utf-8", line.repeat(110));
const html = `<p>${line}</p>\r\n`.repeat(60);
const alternative = message(
  'multipart/alternative; boundary="----=_Part_1"',
  `------=_Part_1\r\nContent-Type: text/plain\r\n\r\n${line.repeat(40)}\r\n------=_Part_1\r\nContent-Type: text/html\r\n\r\n${html}\r\n------=_Part_1--\r\n`,
);
for (const [name, bytes] of [
  ["plain", plain],
  ["alternative", alternative],
] as const) {
  const root = parseStructure(bytes);
  const head = bytes.subarray(0, root.bodyStart);
  const parse = micros(() => parseStructure(bytes)).toFixed(1);
  const summary = micros(() => summarize(head, root)).toFixed(1);
  const words = micros(() => previewOf(bytes, root)).toFixed(1);
  console.log(`${name}, ${bytes.length} bytes: structure ${parse} us, summary ${summary} us, preview ${words} us`);
}

const large: readonly (readonly [string, string, string])[] = [
  ["plain", "text/plain", line],
  [
    "quoted-printable",
    "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
    "caf=C3=A9 and then some more of it, as it goes\r\n",
  ],
  ["HTML", "text/html; charset=utf-8", '<p class="x">Hello &amp; <b>world</b> বাংলা</p>\r\n'],
];
for (const [name, contentType, piece] of large) {
  const bytes = message(contentType, piece.repeat(Math.ceil(searchTextBytesMax / piece.length)));
  const root = parseStructure(bytes);
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    for (const text of messageTexts(bytes, root)) foldText(text);
    times.push(performance.now() - start);
  }
  console.log(
    `search text of ${(bytes.length / 1024 / 1024).toFixed(1)} MiB of ${name}: ${Math.min(...times).toFixed(0)} ms`,
  );
}
