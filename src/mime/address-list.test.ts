// Address lists as people and programs write them (RFC 5322 3.4 and 4.4), good and bad.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { headerAddressesMax } from "../base/limits.ts";
import { parseAddressList } from "./address-list.ts";

/** The list in brief: `name|route|mailbox|host`, `name:` and `;` for groups. */
function brief(value: string): string[] {
  return parseAddressList(value).map((address) => {
    if (address.kind === "group-end") return ";";
    if (address.kind === "group-start") return `${address.name}:`;
    return [address.name ?? "", address.route ?? "", address.mailbox, address.host].join("|");
  });
}

const cases: readonly (readonly [value: string, list: readonly string[]])[] = [
  ["a@b", ["||a|b"]],
  ["Jo Doe <jo@example.org>", ["Jo Doe||jo|example.org"]],
  ['"Doe, Jo" <jo@example.org>', ["Doe, Jo||jo|example.org"]],
  ['"a \\"b\\" \\\\c" <a@b>', ['a "b" \\c||a|b']],
  ["jo@example.org (Jo Doe)", ["Jo Doe||jo|example.org"]],
  ["a@b, c@d", ["||a|b", "||c|d"]],
  [",,a@b,,c@d,", ["||a|b", "||c|d"]],
  ["(c1) a (c2) @ (c3) b", ["c3||a|b"]],
  ["a . b @ c . d", ["||a.b|c.d"]],
  ["Jo Q. Public <jo@example.org>", ["Jo Q. Public||jo|example.org"]],
  ['"a b"@c', ["||a b|c"]],
  ["a@[192.0.2.1]", ["||a|[192.0.2.1]"]],
  ["Jo <@r1,@r2:jo@example.org>", ["Jo|@r1,@r2|jo|example.org"]],
  ["Friends: a@b, Jo <c@d>;, e@f", ["Friends:", "||a|b", "Jo||c|d", ";", "||e|f"]],
  ["undisclosed-recipients:;", ["undisclosed-recipients:", ";"]],
  ["open: a@b", ["open:", "||a|b", ";"]],
  ["=?utf-8?Q?J=C3=B6?= <a@b>", ["=?utf-8?Q?J=C3=B6?=||a|b"]],
  ["root", ["||root|MISSING_DOMAIN"]],
  ["Someone Else", ["Someone Else||MISSING_MAILBOX|MISSING_DOMAIN"]],
  ["Name <a b@c>, x@y", ["Name||a|SYNTAX_ERROR"]],
  ["<>", ["||MISSING_MAILBOX|MISSING_DOMAIN"]],
  ["a@b.", ["||a|MISSING_DOMAIN"]],
  ["(only a comment)", []],
  ["", []],
  ["(open", []],
  ['"open <a@b>', ["||MISSING_MAILBOX|MISSING_DOMAIN"]],
];

suite("address lists", () => {
  for (const [value, list] of cases) test(`reads ${value || "nothing"}`, () => assert.deepEqual(brief(value), list));

  test("keeps 8-bit octets as they are", () => {
    assert.deepEqual(brief("\xc3\xa9t\xc3\xa0 <\xc3\xa9@b>"), ["\xc3\xa9t\xc3\xa0||\xc3\xa9|b"]);
  });

  test("nested groups end where the grammar does", () => {
    assert.deepEqual(brief("g1: g2: a@b;;, x@y"), ["g1:", "||g2|MISSING_DOMAIN", ";"]);
  });

  test("200,000 nested comments are passed over without recursion", () => {
    const depth = 200_000;
    assert.deepEqual(brief(`${"(".repeat(depth)}${")".repeat(depth)} a@b`), ["||a|b"]);
    assert.deepEqual(brief("(".repeat(depth)), []);
  });

  test("a list longer than the limit is cut", () => {
    assert.equal(parseAddressList("a,".repeat(headerAddressesMax + 10)).length, headerAddressesMax);
  });
});
