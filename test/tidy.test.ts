// Habits that a machine can see. Each rule says what to do instead, and carries an example it must catch; what oxlint
// and Biome already see (long files, default exports, console, `any`) has no rule here.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { suite, test } from "node:test";
import {
  filesMatching,
  isTest,
  lineAt,
  readText,
  rootDir,
  type SourceFile,
  sourceFile,
  sourceFiles,
} from "./support/source-tree.ts";

interface Rule {
  readonly name: string;
  /** Where the rule looks: code without strings and comments, code without comments, or all of the text. */
  readonly sees: "code" | "uncommented" | "text";
  readonly banned: RegExp;
  readonly instead: string;
  /** Files the rule is about. */
  readonly holds: (path: string) => boolean;
  /** A line the rule must catch. */
  readonly caught: string;
}

const inServer = (path: string): boolean => path.startsWith("src/") && !isTest(path);
const outside = (...folders: string[]) => {
  return (path: string): boolean => inServer(path) && !folders.some((folder) => path.startsWith(`src/${folder}/`));
};
const everywhere = (path: string): boolean => path !== "test/tidy.test.ts";

const rules: readonly Rule[] = [
  {
    name: "SQL lives in src/store/",
    sees: "uncommented",
    banned:
      /\bsql`|["'`]\s*(?:select\s[^"'`]*\sfrom\s|insert\s+(?:or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(?:\w+\s+)?(?:table|index)\s|pragma\s)/i,
    instead: "write a unit of work in src/store/work/ and call it through the port",
    holds: outside("store"),
    caught: 'const rows = all("select uid from message where mailbox = ?");',
  },
  {
    name: "Buffer lives in src/net/ and src/app/",
    sees: "code",
    banned: /\bBuffer\b/,
    instead: "use Uint8Array, TextEncoder, TextDecoder, toBase64() and src/base/bytes.ts",
    holds: outside("net", "app"),
    caught: "const line = Buffer.from(text);",
  },
  {
    name: "only src/app/ reads argv and the environment",
    sees: "code",
    banned: /\bprocess\s*\.\s*(?:argv|env|exit|exitCode|cwd|stdout|stderr|stdin)\b|from "node:process"/,
    instead: "take the value as a parameter; src/app/ reads it once",
    holds: outside("app"),
    caught: "const folder = process.env.DAKGHAR_DATA;",
  },
  {
    name: "only src/app/ knows the time",
    sees: "code",
    banned: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bTemporal\.Now\b|\bprocess\.hrtime\b/,
    instead: "take a Clock (src/base/clock.ts) as a parameter",
    holds: outside("app"),
    caught: "const now = Date.now();",
  },
  {
    name: "only src/app/ knows chance",
    sees: "code",
    banned: /\bMath\.random\b|\brandomBytes\b|\brandomUUID\b|\brandomInt\b|\brandomFill(?:Sync)?\b|\bgetRandomValues\b/,
    instead: "take an Entropy (src/base/clock.ts) as a parameter",
    holds: outside("app"),
    caught: 'import { randomBytes } from "node:crypto";',
  },
  {
    name: "nothing is left for later",
    sees: "text",
    banned: /\b(?:FIXME|TODO|HACK)\b|\b[Ff]or now\b|\b[Nn]ot (?:yet )?implemented\b/,
    instead: "do it, or leave it out and say in the docs what is not there",
    holds: everywhere,
    caught: "// TODO: the other case",
  },
  {
    name: "comments tell the behaviour, not a number or a place outside this repository",
    sees: "text",
    banned: /\b(?:issue|PR|pull request) #?\d+|(?:^|[\s"'`(])\/(?:work|Users)\//im,
    instead: "say in words what the reader should know, or name a file of this repository",
    holds: (path) => everywhere(path) && path.endsWith(".ts"),
    caught: "// see issue 12",
  },
  {
    name: "tests are never switched off or run alone",
    sees: "code",
    banned: /\b(?:test|suite|it|describe)\.(?:only|todo|skip)\b|\bonly:\s*true/,
    instead: "make it pass or remove it; a test that lacks its input calls t.skip(reason)",
    holds: everywhere,
    caught: "test.only(name, body);",
  },
];

const sources = sourceFiles("src/**/*.ts", "test/**/*.ts", "bench/**/*.ts", "tools/**/*.ts");

suite("habits", () => {
  for (const rule of rules) {
    test(rule.name, () => {
      const planted = sourceFile("src/mailbox/planted.ts", rule.caught);
      assert.match(planted[rule.sees], rule.banned, "the rule no longer catches its own example");
      assert.deepEqual(
        sources.filter(({ path }) => rule.holds(path)).flatMap((file) => breaches(rule, file)),
        [],
        rule.instead,
      );
    });
  }
});

function breaches(rule: Rule, file: SourceFile): string[] {
  const found = file[rule.sees].matchAll(new RegExp(rule.banned, `g${rule.banned.flags}`));
  return [...found].map(({ index, 0: words }) => `${file.path}:${lineAt(file.text, index)} ${words.trim()}`);
}

test("a file is named for the one concept it holds", () => {
  const vague = /^(?:utils?|helpers?|types?|common|misc|index|constants|shared|lib)\.(?:test\.)?ts$/;
  const shape = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|bench))?\.ts$/;
  const wrong = sources
    .map(({ path }) => path)
    .filter((path) => vague.test(basename(path)) || !shape.test(basename(path)));
  assert.deepEqual(wrong, [], "name it in kebab-case after what it exports: number-set.ts exports NumberSet");
});

test("a file opens with its law", () => {
  const wrong = sources.filter(({ text }) => !/^(?:#![^\n]*\n)?(?:\/\/ |\/\*\*?\s)/.test(text)).map(({ path }) => path);
  assert.deepEqual(wrong, [], "first comment: what the file is, the RFC and section it obeys, the liberties it takes");
});

test("every file of the server is used by the server", () => {
  const entries = ["src/app/main.ts", "src/app/bin.ts"];
  const server = sources.filter(({ path }) => inServer(path));
  const used = new Set(server.flatMap(({ imports }) => imports));
  const unused = server.map(({ path }) => path).filter((path) => !used.has(path) && !entries.includes(path));
  assert.deepEqual(unused, [], "use it or remove it; what only tests need belongs in test/support/");
});

test("every exported function, class and constant of the server is used by the server", () => {
  const server = sources.filter(({ path }) => inServer(path));
  const uses = new Map<string, number>();
  for (const [word] of server.flatMap(({ code }) => [...code.matchAll(/[\w$]+/g)]))
    uses.set(word, (uses.get(word) ?? 0) + 1);
  const declared = /^export (?:async )?(?:function\*?|const|class) ([\w$]+)/gm;
  const dead = server.flatMap(({ path, code }) =>
    [...code.matchAll(declared)].filter(([, name = ""]) => uses.get(name) === 1).map(([, name]) => `${path}: ${name}`),
  );
  assert.deepEqual(dead, [], "use it or remove it, with its tests");
});

test("a page has one title, and its links lead somewhere", () => {
  const wrong = filesMatching("*.md", "docs/**/*.md", "test/**/*.md", "bench/**/*.md").flatMap((path) => {
    const prose = readText(path).replace(/^(```+)[\s\S]*?^\1/gm, "");
    const titles = prose.match(/^# .+$/gm)?.length ?? 0;
    const links = [...prose.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map((match) => match[1] ?? "");
    const dead = links.filter((link) => !existsSync(join(rootDir, normalize(join(dirname(path), link)))));
    return [
      ...(titles === 1 ? [] : [`${path} has ${titles} titles`]),
      ...dead.map((link) => `${path} links to ${link}`),
    ];
  });
  assert.deepEqual(wrong, []);
});

test("a page that is named in a comment exists", () => {
  const wrong = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/\/\/.*?(?<![\w/*.-])([\w./-]+\.md)\b/g)]
      .map((match) => match[1] ?? "")
      .filter((page) => ![".", "docs", dirname(path)].some((folder) => existsSync(join(rootDir, folder, page))))
      .map((page) => `${path} names ${page}`),
  );
  assert.deepEqual(wrong, [], "say it here, or name a page of this repository");
});
