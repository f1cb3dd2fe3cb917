// docs/operating/configuration.md, written from the schema of the configuration.

import { type Section, type Setting, sections } from "../src/config/setting-tree.ts";

const introduction = `# Configuration

One TOML file, read at the start: \`dakghar serve --config FILE\`. [dakghar.example.toml](dakghar.example.toml) has every
setting with its default; \`dakghar init --config FILE\` writes it. This page is made from the same source.

Sizes and durations carry their unit: \`"50 MiB"\`, \`"30 days"\`. A relative path starts at the folder of the file. Secrets
stand in files of their own. Domains and accounts are not configured here but kept with the mail: \`dakghar domain add\`,
\`dakghar account add\`. All faults of a file are told at once, with path and line, and the server does not start before
they are mended.`;

export function configurationPage(): string {
  return `${[introduction, ...sections().map(sectionText)].join("\n\n")}\n`;
}

function sectionText(section: Section): string {
  const { name, kind, description, settings } = section;
  const heading = name === "" ? "The top of the file" : kind === "tables" ? `\`[[${name}]]\`` : `\`[${name}]\``;
  const rows = settings.map(settingRow);
  const table = ["| setting | default | what it does | what may be written |", "|---|---|---|---|", ...rows].join("\n");
  return [`## ${heading}`, ...(description === "" ? [] : [description]), table].join("\n\n");
}

function settingRow({ name, fallback, required, description, right }: Setting): string {
  const standard = fallback === undefined ? (required ? "must be set" : "none") : `\`${fallback}\``;
  return `| ${[`\`${name}\``, standard, description, right].map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
