// Searches asked twice, with the index over text and without it, and messages whose texts are in many scripts.

import assert from "node:assert/strict";
import fc from "fast-check";
import type { OpenMailbox } from "../../src/mailbox/open-mailbox.ts";
import { search } from "../../src/mailbox/search.ts";
import type { Criterion } from "../../src/mailbox/search-criterion.ts";

async function found(mailbox: OpenMailbox, criterion: Criterion, textIndex: "used" | "unused"): Promise<number[]> {
  const uids: number[] = [];
  const { signal } = new AbortController();
  for await (const some of search(mailbox, criterion, { order: "oldest-first", signal, textIndex }))
    for (const { uid } of some) uids.push(uid);
  return uids;
}

/** The answer with the index, which must be the scan's. */
export async function foundAlike(mailbox: OpenMailbox, criterion: Criterion): Promise<number[]> {
  const used = await found(mailbox, criterion, "used");
  assert.deepEqual(used, await found(mailbox, criterion, "unused"), JSON.stringify(criterion));
  return used;
}

const letters: readonly string[] = [
  "কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহড়ািীুূৃেৈোৌ্ঁ।",
  "अआइईकखगघचछजटठडतथदनपफबभमयरलवशसहािीुूेैोौ्ंज़",
  "กขคงจฉชซญฎฐณดตถทธนบปผฝพฟภมยรลวศษสหอฮะัาำิีึืุูเแโใไ็่้๊๋์",
  "中文測試郵件搜索引擎的是不了人我在有他这为之大来以个漢字𠀀𠮷𡃁",
  "あいうえおかきくけこさしすせそアイウエオガギグｱｲｳ漢字日本語テスト",
  "ابتثجحخدذرزسشصضطظعغفقكلمنهويلاًٌٍَُِّﻻ",
  "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖ",
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
  "éèêëàâäçïîôöùûüÿñßøåæœÉÀÇİıŁłŠšžàé",
  "😀🎉👩🏽🇧🇩𝒜𝓑🤷",
];

const word = fc.constantFrom(...letters).chain((script) => {
  const characters = fc.constantFrom(...Array.from(script));
  return fc.array(characters, { minLength: 1, maxLength: 9 }).map((some) => some.join(""));
});
const separator = fc.constantFrom(" ", " ", " ", "\r\n", ", ", "-", "", ".", "\u200d", "\u00ad");

/** Some words of any script. */
export const phrase = fc
  .array(fc.tuple(word, separator), { minLength: 1, maxLength: 12 })
  .map((some) => some.map(([one, gap]) => one + gap).join(""));

export interface WrittenText {
  readonly subject: string;
  readonly name: string;
  readonly body: string;
}

export const writtenText: fc.Arbitrary<WrittenText> = fc.record({
  subject: phrase.map((text) => text.replaceAll("\r\n", " ")),
  name: word,
  body: fc.array(phrase, { minLength: 0, maxLength: 6 }).map((some) => some.join(" ")),
});

/** A message that says this, in one way or another. */
export function messageOf({ subject, name, body }: WrittenText, number: number): Uint8Array {
  const encoded = (text: string): string =>
    number % 2 === 0 ? text : `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
  const html = number % 3 === 0;
  const content = html ? `<p>${body.replace(/[&<]/g, " ")}</p>` : body;
  const base64 = number % 5 === 0;
  const octets = base64 ? Buffer.from(content).toString("base64").replace(/.{76}/g, "$&\r\n") : content;
  return Buffer.from(
    `From: ${encoded(name)} <p${number}@example.org>\r\nTo: "Some One" <one@example.net>\r\n` +
      `Subject: ${encoded(subject)}\r\nX-Number: ${number}\r\nMIME-Version: 1.0\r\n` +
      `Content-Type: text/${html ? "html" : "plain"}; charset=utf-8\r\n` +
      `Content-Transfer-Encoding: ${base64 ? "base64" : "8bit"}\r\n\r\n${octets}\r\n`,
  );
}

/** A string that may be in one of the texts: a piece of it, otherwise written perhaps, or nothing of the kind. */
export function needleOf(texts: readonly WrittenText[]): fc.Arbitrary<string> {
  const source = fc.constantFrom(...texts).chain(({ subject, name, body }) => fc.constantFrom(subject, name, body));
  const piece = fc.tuple(source, fc.nat(), fc.integer({ min: 1, max: 90 })).map(([text, at, length]) => {
    const start = text.length === 0 ? 0 : at % text.length;
    return text.slice(start, start + Math.min(length, 1 + (at % 12) * (length > 60 ? 10 : 1)));
  });
  const otherwise = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => text.toLowerCase(),
    (text) => text.normalize("NFD"),
    (text) => `${text}x`,
    (text) => Array.from(text).slice(0, 3).join(""),
  );
  return fc.tuple(piece, otherwise).map(([text, how]) => how(text));
}

/** Each way of asking for a string. */
export function criteriaOf(text: string): Criterion[] {
  return [
    { kind: "text", within: "message", text },
    { kind: "text", within: "body", text },
    { kind: "envelope", field: "subject", text },
    { kind: "envelope", field: "from", text },
    { kind: "header", field: "Subject", text },
    { kind: "header", field: "X-Number", text },
    {
      kind: "and",
      of: [
        { kind: "not", of: { kind: "text", within: "message", text } },
        { kind: "envelope", field: "to", text: "some one" },
      ],
    },
  ];
}
