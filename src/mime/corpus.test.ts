// Every message of the corpus beside the checkout: nothing crashes, everything lies where it should, whatever the
// chunks. Skipped where there is no corpus.

import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { suite, test } from "node:test";
import { messageTexts } from "../../test/support/message-texts.ts";
import { previewOf } from "../../test/support/preview-of.ts";
import { attachmentName } from "./attachment.ts";
import { formatBodyStructure } from "./body-structure.ts";
import { summarize } from "./message-summary.ts";
import { octetString } from "./octets.ts";
import type { Part } from "./part.ts";
import { findSection } from "./part-lookup.ts";
import { foldText } from "./search-text.ts";
import { parseStructure, StructureParser } from "./structure-parser.ts";

const corpus = join(import.meta.dirname, "../../../shared/corpus");
const skip = existsSync(corpus) ? false : "there is no corpus beside the checkout";
const wholeCutsBytesMax = 100_000;

function checkNested(part: Part, start: number, end: number): void {
  assert.ok(start <= part.headerStart && part.headerStart <= part.bodyStart);
  assert.ok(part.bodyStart <= part.bodyEnd && part.bodyEnd <= end);
  let from = part.bodyStart;
  for (const child of part.children) {
    checkNested(child, from, part.bodyEnd);
    from = child.bodyEnd;
  }
}

/** Parentheses balance outside strings, and the value ends where the bytes do. */
function checkWire(bytes: Uint8Array): void {
  const text = octetString(bytes);
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === '"') {
      for (at++; text[at] !== '"'; at++) {
        assert.match(text[at] ?? "", /[\x01-\x09\x0b\x0c\x0e-\x7f]/, "only TEXT-CHAR in a quoted string");
        if (text[at] === "\\") at++;
      }
    } else if (character === "{") {
      const head = /^\{(\d+)\}\r\n/.exec(text.slice(at, at + 20));
      assert.ok(head !== null);
      at += head[0].length + Number(head[1]) - 1;
    }
    assert.ok(depth > 0 || at === text.length - 1);
  }
  assert.equal(depth, 0);
}

function checkMessage(message: Uint8Array): void {
  const root = parseStructure(message);
  checkNested(root, 0, message.length);
  const summary = summarize(message.subarray(0, root.bodyStart), root);
  checkWire(summary.envelope);
  checkWire(summary.bodyStructure);
  checkWire(formatBodyStructure(root, "BODY"));
  const shown = previewOf(message, root);
  assert.ok(shown.length <= 256);
  for (const text of [shown, summary.subject, ...summary.from.map(({ name }) => name ?? "")]) {
    assert.doesNotMatch(text, /[\0-\x1f\x7f-\x9f]/, "no control characters in what is shown");
  }
  for (const text of messageTexts(message, root)) assert.equal(typeof foldText(text), "string");
  attachmentName(root);
  for (const numbers of [[], [1], [2, 1], [1, 1, 1]]) findSection(root, numbers, null);
  for (const size of message.length < wholeCutsBytesMax ? [1, 7, 1_000] : [65_536]) {
    const parser = new StructureParser();
    for (let at = 0; at < message.length; at += size) parser.push(message.subarray(at, at + size));
    assert.deepEqual(parser.finish(), root, `in chunks of ${size}`);
  }
}

suite("the corpus", { skip }, () => {
  for (const folder of new Set(globSync("*/", { cwd: corpus }))) {
    const files = globSync(`${folder}/**/*.{eml,msg,txt}`, { cwd: corpus }).filter(
      (file) => !/LICENSE|SOURCE|outlook-msg/.test(file),
    );
    if (files.length === 0) continue;
    test(`${files.length} messages of ${folder}`, () => {
      for (const file of files) {
        const bytes = readFileSync(join(corpus, file));
        try {
          checkMessage(new Uint8Array(bytes));
          checkMessage(Uint8Array.from(Buffer.from(bytes.toString("latin1").replace(/\r?\n/g, "\r\n"), "latin1")));
        } catch (error) {
          throw new Error(`in ${file}`, { cause: error });
        }
      }
    });
  }
});

suite("the generated messages", { skip }, () => {
  const read = (file: string): { bytes: Uint8Array; root: Part } => {
    const bytes = new Uint8Array(readFileSync(join(corpus, "generated", file)));
    return { bytes, root: parseStructure(bytes) };
  };
  const subject = (file: string): string => {
    const { bytes, root } = read(file);
    return summarize(bytes.subarray(0, root.bodyStart), root).subject;
  };
  const words = (file: string): string => {
    const { bytes, root } = read(file);
    return previewOf(bytes, root);
  };

  test("one language says the same in every charset and encoding", () => {
    const seen = new Map<string, Set<string>>();
    for (const path of skip === false ? globSync(join(corpus, "generated/i18n/*.eml")) : []) {
      const file = basename(path);
      const language = file.split(".")[0] ?? "";
      const said = seen.get(language) ?? new Set();
      said.add(`${subject(`i18n/${file}`)}\n${words(`i18n/${file}`)}`.normalize("NFC"));
      seen.set(language, said);
    }
    for (const [language, said] of seen) assert.equal(said.size, 1, `${language}: ${[...said].join("\n")}`);
  });

  test("each spelling of a letter is found by the others", () => {
    const nfc = words("i18n-edge/bengali-nfc.eml");
    const nfd = words("i18n-edge/bengali-nfd.eml");
    const precomposed = nfc.replaceAll("\u09a1\u09bc", "\u09dc");
    assert.notEqual(precomposed, nfc);
    for (const text of [nfc, nfd, precomposed]) {
      for (const term of [nfc, nfd, precomposed]) assert.ok(foldText(text).includes(foldText(term.slice(0, 12))));
    }
  });

  test("a subject cut within its characters is whole", () => {
    assert.doesNotMatch(subject("i18n-edge/bengali-subject-split-char.eml"), /\ufffd/);
  });

  test("wrong labels are seen through where that is safe", () => {
    assert.doesNotMatch(words("i18n-edge/latin1-label-utf8-bytes.eml"), /Ã|à¦|\ufffd/);
    assert.doesNotMatch(words("i18n-edge/gb2312-label-gbk-bytes.eml"), /\ufffd/);
  });

  test("markup in UTF-7, UTF-16 and plain sight is never shown", () => {
    for (const file of ["utf7-body", "utf16-body", "html-xss"])
      assert.doesNotMatch(words(`hostile-mime/${file}.eml`), /<|alert|script/i, file);
    assert.doesNotMatch(subject("hostile-mime/encoded-word-unknown-charset.eml"), /<script>/);
  });

  test("external bodies and partial messages are parts like others, and nothing is fetched or joined", () => {
    for (const [file, type] of [
      ["external-body", "message/external-body"],
      ["partial", "message/partial"],
    ] as const) {
      const { root } = read(`hostile-mime/${file}.eml`);
      const found: string[] = [];
      for (const waiting = [root]; waiting.length > 0; ) {
        const part = waiting.pop();
        if (part !== undefined) waiting.push(...part.children);
        if (part?.mediaType === type) found.push(part.kind);
      }
      assert.deepEqual(found, ["leaf"], file);
    }
  });
});
