// docs/operating/command-line.md, written from the commands' own help.

import type { Verb } from "../src/admin/verb.ts";
import { verbs } from "../src/admin/verbs.ts";
import { ownCommands } from "../src/app/command-line.ts";
import type { Command } from "../src/app/commands.ts";
import { exitCodes } from "../src/app/exit-codes.ts";
import { helpPage } from "../src/app/help.ts";

const head = `# The command line

\`dakghar COMMAND [ARGUMENTS] [OPTIONS]\`; from a checkout, \`npm run -s dakghar -- COMMAND ...\`. \`dakghar help COMMAND\` says the
same as this page, which is made from it.

Commands that look at or change something ask the running server over \`control.sock\` in the data folder, which only its
user and root can open. When no server runs they open the data folder themselves and hold it meanwhile, so nothing ever
happens behind a server's back. \`--json\` gives the answer to scripts: one JSON value on standard output, and for a refusal
\`{"error": {"kind", "text"}}\`.

| exit code | means |
|---|---|
| ${exitCodes.ok} | done |
| ${exitCodes.refused} | refused, or a problem was found; standard error says what |
| ${exitCodes.usage} | the command line makes no sense |
| ${exitCodes.broken} | a bug |
| ${exitCodes.unavailable} | the data folder or a port is in use, cannot be used, or the server does not answer |
| ${exitCodes.config} | the configuration has faults: each is told with path, line and what would be right |
`;

export function commandLinePage(): string {
  const sections = [...ownCommands, ...verbs].map(section);
  return [head, ...sections].join("\n");
}

function section({ name }: Command | Verb): string {
  // Options of every command are told once, above.
  const page = (helpPage(name) ?? "")
    .replace(/^ {2}--(?:config|data|json|help) .*\n/gm, "")
    .replace(/\nOptions:\n(?=\n)/, "");
  return `## ${name}\n\n\`\`\`text\n${page.trimEnd()}\n\`\`\`\n`;
}
