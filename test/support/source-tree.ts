// The sources as the rule tests see them: each file with its text, its code without comments and strings, and its imports.

import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

export const rootDir = join(import.meta.dirname, "../..");

export interface SourceFile {
  /** From the root of the checkout, with "/": `src/imap/commands/copy.ts`. */
  readonly path: string;
  readonly text: string;
  /** The text with comments blanked. */
  readonly uncommented: string;
  /** The text with comments and the contents of strings, templates and patterns blanked. */
  readonly code: string;
  /** Files of the project this one names in an import, `new URL("./x.ts", …)` or `import.meta.resolve("./x.ts")`, as paths from the root. */
  readonly imports: readonly string[];
  /** Packages and node: modules this one imports. */
  readonly packages: readonly string[];
}

/** Files below the root that match, sorted; dependencies and what a build makes are left out. */
export function filesMatching(...patterns: string[]): string[] {
  const exclude = ["node_modules/**", "dist/**", "**/node_modules/**"];
  return globSync(patterns, { cwd: rootDir, exclude })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}

export const readText = (path: string): string => readFileSync(join(rootDir, path), "utf8");

/** Every TypeScript file that matches. */
export const sourceFiles = (...patterns: string[]): SourceFile[] =>
  filesMatching(...patterns).map((path) => sourceFile(path, readText(path)));

export const isTest = (path: string): boolean => path.endsWith(".test.ts") || !path.startsWith("src/");

const importing = /(?<!["'\w])(?:from|import)\s*\(?\s*"([^"\s]+)"|(?:new URL|import\.meta\.resolve)\(\s*"(\.[^"\s]+)"/g;

export function sourceFile(path: string, text: string): SourceFile {
  const { uncommented, code } = blanked(text);
  const named = [...uncommented.matchAll(importing)];
  const specifiers = [...new Set(named.map((match) => match[1] ?? match[2] ?? ""))];
  const imports = specifiers.filter((name) => name.startsWith("."));
  return {
    path,
    text,
    uncommented,
    code,
    imports: imports.map((name) => normalize(join(dirname(path), name)).replaceAll("\\", "/")),
    packages: specifiers.filter((name) => !name.startsWith(".")),
  };
}

/** The line a position is on, from 1. */
export const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

// Comments, strings, and patterns where an operand may stand. A template is read by `templateEnd`, since it holds code.
const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`/y;
const pattern = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const operandBefore = /(?:^|[(,=:[!&|?{};+\n>]|\breturn|\bcase|\btypeof)\s*$/;

const blank = (text: string): string => text.replace(/[^\n]/g, " ");

function blanked(text: string): { uncommented: string; code: string } {
  let uncommented = "";
  let code = "";
  let at = 0;
  while (at < text.length) {
    const piece = pieceAt(text, at, code);
    const { kind } = piece;
    uncommented += kind === "comment" ? blank(piece.text) : piece.text;
    code += kind === "code" ? piece.text : kind === "comment" ? blank(piece.text) : blankedLiteral(piece.text);
    at += piece.text.length;
  }
  return { uncommented, code };
}

type Piece = { readonly kind: "code" | "comment" | "literal"; readonly text: string };

function pieceAt(text: string, at: number, codeBefore: string): Piece {
  token.lastIndex = at;
  const found = token.exec(text)?.[0];
  if (found === "`") return { kind: "literal", text: text.slice(at, templateEnd(text, at)) };
  if (found !== undefined) return { kind: /^\/[/*]/.test(found) ? "comment" : "literal", text: found };
  pattern.lastIndex = at;
  const regExp = text[at] === "/" && operandBefore.test(codeBefore.slice(-40)) ? pattern.exec(text)?.[0] : undefined;
  return regExp === undefined ? { kind: "code", text: text.charAt(at) } : { kind: "literal", text: regExp };
}

/** Where the template that opens at `from` ends; templates inside its substitutions are skipped whole. */
function templateEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== "`") {
    if (text[at] === "\\") at += 2;
    else if (text.startsWith("${", at)) at = substitutionEnd(text, at + 2);
    else at += 1;
  }
  return at + 1;
}

function substitutionEnd(text: string, from: number): number {
  let at = from;
  for (let depth = 1; at < text.length; ) {
    const { kind, text: piece } = pieceAt(text, at, "(");
    at += piece.length;
    if (kind === "code") depth += piece === "{" ? 1 : piece === "}" ? -1 : 0;
    if (depth === 0) break;
  }
  return at;
}

/** A literal with its contents blanked, but for the code in a template's substitutions. */
function blankedLiteral(text: string): string {
  if (!text.startsWith("`")) return blank(text);
  let out = "`";
  let at = 1;
  while (at < text.length - 1) {
    if (text.startsWith("${", at)) {
      const end = substitutionEnd(text, at + 2);
      out += `  ${blanked(text.slice(at + 2, end - 1)).code} `;
      at = end;
    } else {
      out += text[at] === "\n" ? "\n" : " ";
      at += 1;
    }
  }
  return `${out}\``;
}
