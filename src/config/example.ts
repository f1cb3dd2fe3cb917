// The example configuration, written from the schema: what must be set stands there with an example, everything else as a
// comment with its default. `dakghar init` writes it, docs/operating/ shows it.

import { type Section, type Setting, sections } from "./setting-tree.ts";

const lineCharsMax = 100;

export function exampleConfiguration(): string {
  const head = [
    ...comment(
      "The configuration of Dakghar. What stands as a comment is the default; take away the # to change it. The server reads the file at its start.",
    ),
  ];
  // What is said once is not said again: the listeners have the same settings.
  const told = new Set<string>();
  return `${[...head, ...sections().flatMap((section) => sectionLines(section, told))].join("\n").trimEnd()}\n`;
}

function sectionLines(section: Section, told: Set<string>): string[] {
  // A table that may be left out is left out whole.
  const off = section.kind !== "table" && !mustBeSet(section);
  const header = section.kind === "tables" ? `[[${section.name}]]` : `[${section.name}]`;
  return [
    ...(section.name === "" ? [] : [...comment(section.description), off ? `# ${header}` : header]),
    ...section.settings.flatMap((setting) => settingLines(setting, off ? "off" : "on", told)),
    "",
  ];
}

/** Without certificates nobody can log in, so the example sets them, though a server without logins needs none. */
function mustBeSet({ name }: Section): boolean {
  return name === "tls";
}

function settingLines(setting: Setting, table: "on" | "off", told: Set<string>): string[] {
  const value = setting.fallback ?? setting.example ?? '""';
  const assignment = `${setting.name} = ${value}`;
  const line = setting.required && table === "on" ? assignment : `# ${assignment}`;
  const about = `${setting.description} ${rightOf(setting)}`;
  if (told.has(about)) return [line];
  told.add(about);
  return ["", ...comment(about), line];
}

function rightOf({ right }: Setting): string {
  return `${right.charAt(0).toUpperCase()}${right.slice(1)}.`;
}

function comment(text: string): string[] {
  const lines: string[] = [];
  let line = "#";
  for (const word of text.trim().split(/\s+/)) {
    if (line.length + 1 + word.length > lineCharsMax) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return line === "#" ? lines : [...lines, line];
}
