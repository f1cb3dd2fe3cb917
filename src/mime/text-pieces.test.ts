// The words of a message: previews, text for search and its comparison, names of attachments.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { messageTexts } from "../../test/support/message-texts.ts";
import { previewOf } from "../../test/support/preview-of.ts";
import { concatBytes, latin1, utf8 } from "../base/bytes.ts";
import { previewCharactersMax, previewSourceBytesMax, searchTextBytesMax } from "../base/limits.ts";
import { attachmentName } from "./attachment.ts";
import { htmlToText, htmlWords } from "./html-text.ts";
import { previewSources } from "./preview.ts";
import { foldablePieces, foldText } from "./search-text.ts";
import { parseStructure } from "./structure-parser.ts";
import { headerTextPieces, partTextPieces, textPieceCharacters } from "./text-pieces.ts";

const message = (...lines: string[]): Uint8Array => utf8(lines.join("\r\n"));
const shownOf = (bytes: Uint8Array): string => previewOf(bytes, parseStructure(bytes));
const textsOf = (bytes: Uint8Array): string[] => messageTexts(bytes, parseStructure(bytes));
const squeeze = (text: string): string => text.replace(/\s+/g, " ").trim();

suite("HTML as text", () => {
  for (const [html, text] of [
    ["<p>one</p><p>two</p>", "one two"],
    ["a<b>b</b>c<br>d", "abc d"],
    ["<td>a<td>b", "a b"],
    ["&lt;b&gt; &amp;amp; &eacute; &#2476; &#x9AC; &bogus; &", "<b> &amp; é ব ব &bogus; &"],
    ["&#0; &#xD800; &#x110000; &#8;", "\ufffd \ufffd \ufffd \ufffd"],
    ["<script>alert('<p>x</p>')</script>seen", "seen"],
    ["<SCRIPT>x</SCRIPT >seen", "seen"],
    ["<style>p { color: red }</style><title>t</title>seen", "seen"],
    ["<script>never ends", ""],
    ["<!-- a <b> --><!DOCTYPE html>seen<?xml x?>", "seen"],
    ["<!-- never ends", ""],
    ['<img alt=">" src="x">seen', "seen"],
    ['<a href="x>seen', ""],
    ["<a title=it's>seen", "seen"],
    ["1 < 2 <3", "1 < 2 <3"],
    ["<", "<"],
    ["<unclosed", ""],
  ] as const) {
    test(`${html} reads ${JSON.stringify(text)}`, () => assert.equal(squeeze(htmlToText(html, 1_000)), text));
  }

  test("has the same words in small bits", () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("<b>", "</p>", "&amp;", "&eacute", "a ", "word", "<", "&", ";", "<!--", "-->")),
        (bits) => {
          const html = bits.join("");
          assert.equal([...htmlWords(html, 13)].join(""), htmlToText(html, html.length + 1));
        },
      ),
    ));

  test("stops when it has enough", () => {
    assert.ok(htmlToText("<b>x</b>".repeat(1_000_000), 100).length <= 101);
    assert.ok(htmlToText("x".repeat(1_000_000), 100).length <= 101);
  });
});

suite("previews", () => {
  test("show the words of plain text, without what it quotes", () => {
    assert.equal(
      shownOf(message("", "Hello,", "", "> old text", "  new   text", "-----------", "bye")),
      "Hello, new text --- bye",
    );
  });

  test("show what is quoted when there is nothing else", () => {
    assert.equal(shownOf(message("", "> only", "> quoted")), "> only > quoted");
  });

  test("prefer plain text to HTML, and HTML to a plain text without words", () => {
    const alternative = (plain: string): Uint8Array =>
      message(
        "Content-Type: multipart/alternative; boundary=b",
        "",
        "--b",
        "Content-Type: text/html",
        "",
        "<p>rich</p>",
        "--b",
        "",
        plain,
        "--b--",
      );
    assert.equal(shownOf(alternative("plain")), "plain");
    assert.equal(shownOf(alternative(" \r\n ")), "rich");
  });

  test("do not show attachments", () => {
    assert.equal(
      shownOf(
        message(
          "Content-Type: multipart/mixed; boundary=b",
          "",
          "--b",
          "Content-Disposition: attachment",
          "",
          "secret",
          "--b--",
        ),
      ),
      "",
    );
  });

  test("decode what is encoded", () => {
    assert.equal(
      shownOf(
        message(
          "Content-Type: text/plain; charset=utf-8",
          "Content-Transfer-Encoding: base64",
          "",
          "4Kas4Ka+4KaC4Kay4Ka+",
        ),
      ),
      "বাংলা",
    );
  });

  test("are short and end between letters", () => {
    const shown = shownOf(utf8(`Content-Type: text/plain; charset=utf-8\r\n\r\n${"কি".repeat(5_000)}`));
    assert.equal(shown, "কি".repeat(previewCharactersMax / 2));
    const family = shownOf(utf8(`Content-Type: text/plain; charset=utf-8\r\n\r\n${"x".repeat(198)}👨‍👩‍👧‍👦`));
    assert.equal(family, "x".repeat(198));
  });

  test("read no more than the beginning of a part", () => {
    const bytes = message("", "x".repeat(10 * previewSourceBytesMax));
    for (const { start, end } of previewSources(parseStructure(bytes))) assert.ok(end - start <= previewSourceBytesMax);
  });

  test("of UTF-7 markup are inert words", () => {
    const bytes = message(
      "Content-Type: text/html; charset=utf-7",
      "",
      "+ADw-script+AD4-alert(1)+ADw-/script+AD4-+ADw-b+AD4-x",
    );
    assert.equal(shownOf(bytes), "x");
  });
});

suite("text for search", () => {
  test("has every text part and the headers of embedded messages", () => {
    const texts = textsOf(
      message(
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "<p>caf=C3=A9</p>",
        "--b",
        "Content-Type: image/png",
        "",
        "pixels",
        "--b",
        "Content-Type: message/rfc822",
        "",
        "Subject: =?utf-8?q?=C3=A9t=C3=A9?=",
        "",
        "inner",
        "--b--",
      ),
    ).map(squeeze);
    assert.deepEqual(texts, ["café", "Subject: été", "inner"]);
  });

  test("is bounded", () => {
    const bytes = new Uint8Array(searchTextBytesMax + 1_000).fill(0x78);
    bytes.set(latin1("\r\n"));
    assert.equal(textsOf(bytes)[0]?.length, searchTextBytesMax);
  });

  test("a header line of any length is decoded in parts, between which no encoded words are joined", () => {
    const line = `X: ${"word =?utf-8?q?=E0=A6?=\r\n =?utf-8?q?=95?= ".repeat(5_000)}`;
    const pieces = [...headerTextPieces(latin1(`${line}\r\n`), null)];
    assert.ok(pieces.length > 2 && pieces.every(({ length }) => length <= textPieceCharacters));
    assert.equal(pieces.join(""), `X: ${"word ক ".repeat(5_000)}\r\n\r\n`);
    const encoded = [...headerTextPieces(latin1(`X: ${"=?utf-8?q?a?= ".repeat(5_000)}`), null)].join("");
    assert.equal(encoded.replaceAll(" ", "").trimEnd(), `X:${"a".repeat(5_000)}`);
  });

  test("header fields are unfolded and decoded", () => {
    const header = latin1("To: a@b,\r\n =?utf-8?q?=C3=A9?= <c@d>\r\nSubject: x\r\n\r\n");
    assert.equal([...headerTextPieces(header, null)].join(""), "To: a@b, é <c@d>\r\nSubject: x\r\n\r\n\r\n");
    const plain = latin1("To: a@b,\r\n\tc@d\r\nSubject:x\ty\r\n\r\n");
    assert.equal([...headerTextPieces(plain, null)].join(""), "To: a@b, c@d\r\nSubject:x y\r\n\r\n");
  });
});

suite("comparison in search", () => {
  for (const [text, term] of [
    ["Hello World", "LO WO"],
    ["STRASSE", "straße"],
    ["straße", "STRASSE"],
    ["ΟΔΟΣ", "οδός".normalize("NFC").replace("ό", "ο")],
    ["ΣΑΣ ΣΟΦΟΣ", "σοφοσ"],
    ["İstanbul", "istanbul"],
    ["ISTANBUL", "istanbul"],
    ["বড়".normalize("NFD"), "বড়".normalize("NFC")],
    ["\u09a1\u09bc", "\u09dc"],
    ["क्‍षण", "क्षण"],
    ["کتاب‌ها", "کتابها"],
    ["ﾃｽﾄ", "テスト"],
    ["ＡＢＣ", "abc"],
    ["ﻛﺘﺎﺏ", "كتاب"],
    ["ﬁne", "FINE"],
    ["soft\u00adware", "software"],
    ["e\u0301t\u0301e", "\u00e9"],
    ["ทดสอบภาษา", "ภาษา"],
    ["中文測試", "文測"],
    ["anything", ""],
  ] as const) {
    test(`"${text}" contains "${term}"`, () => assert.ok(foldText(text).includes(foldText(term))));
  }

  test("other words are other words", () => {
    for (const [text, term] of [
      ["কলম", "কমল"],
      ["resume", "résumé"],
      ["abc", "abd"],
    ] as const)
      assert.ok(!foldText(text).includes(foldText(term)));
  });

  test("folding again changes nothing", () => {
    for (const text of ["Straße ΣΑΣ İ ı ǅ ﬁ ｶﾞ", "ŉ ΐ և", "বড়"]) assert.equal(foldText(foldText(text)), foldText(text));
  });
});

suite("pieces of text", () => {
  const joins = fc.constantFrom(
    "\u0301",
    "\u0323",
    "\u09be",
    "\u1161",
    "\u11a8",
    "\u314f",
    "\uff9e",
    "\u200d",
    "\ud83d",
  );
  const begins = fc.constantFrom(
    "a",
    "E",
    " ",
    "\n",
    "ß",
    "Σ",
    "I",
    "\u09c7",
    "\u1100",
    "\u3131",
    "\uff76",
    "중",
    "字",
    "🙂",
  );
  /** Letters of a few characters, each followed by one before which text may be cut. */
  const letter = fc
    .tuple(begins, fc.array(joins, { maxLength: 4 }), fc.constantFrom("a", " ", "K", "字", "ক", "中", "ท", "ﷺ"))
    .map(([first, rest, next]) => first + rest.join("") + next);

  test("fold one by one to what the whole folds to", () =>
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 30 }), fc.integer({ min: 10, max: 20 }), (source, max) => {
        const pieces = [...foldablePieces(source, max)];
        assert.equal(pieces.join(""), source.join(""));
        assert.ok(pieces.every(({ length }) => length <= max));
        assert.equal(pieces.map(foldText).join(""), foldText(source.join("")));
      }),
    ));

  test("are bounded whatever the text is", () => {
    for (const text of ["\u0301".repeat(50_000), "🙂".repeat(50_000), "\ud83d".repeat(50_000), "ᅡ".repeat(50_000)]) {
      const pieces = [...foldablePieces([text], 1_000)];
      assert.equal(pieces.join(""), text);
      assert.ok(pieces.every(({ length }) => length <= 1_000));
      assert.ok(pieces.every((piece) => !piece.includes("🙂") || piece.isWellFormed()));
    }
  });

  test("of a letter with a million marks fold in no time", { timeout: 20_000 }, () => {
    // The marks are in the order that composing them takes longest for.
    const marks = `a${"\u0301".repeat(500_000)}${"\u0323".repeat(500_000)}`;
    assert.equal(foldText(marks).startsWith("á"), true);
  });

  test("of a large part say now and then that time has passed", () => {
    const body = latin1(`${"QUJD".repeat(18)}\r\n`.repeat(40_000));
    const root = parseStructure(
      concatBytes([latin1("Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"), body]),
    );
    const pieces = [...partTextPieces(root, body)];
    assert.ok(pieces.filter((piece) => piece === "").length >= 40);
    assert.ok(pieces.every(({ length }) => length <= textPieceCharacters));
    assert.equal(pieces.join("").length, (40_000 * 72 * 3) / 4);
  });
});

suite("attachment names", () => {
  const name = (parameter: string): string | null =>
    attachmentName(
      parseStructure(latin1(`Content-Type: a/b\r\nContent-Disposition: attachment; ${parameter}\r\n\r\n`)),
    );
  for (const [parameter, safe] of [
    ["filename=a.txt", "a.txt"],
    ['filename="../../etc/passwd"', "passwd"],
    ['filename="C:\\\\dir\\\\a.txt"', "a.txt"],
    ["filename*=utf-8''a%0d%0aSet-Cookie:%20x.txt", "a Set-Cookie"],
    ["filename*=utf-8''evil%E2%80%AEgpj.exe", "evilgpj.exe"],
    ["filename=con.txt", "_con.txt"],
    ['filename="..."', null],
    ['filename=""', null],
    ["x=y", null],
  ] as const) {
    test(`${parameter} is offered as ${safe}`, () => assert.equal(name(parameter), safe));
  }

  test("a name of 10,000 characters keeps its end", () => {
    assert.match(name(`filename="${"x".repeat(10_000)}.pdf"`) ?? "", /^x{70,80}\.pdf$/);
  });
});
