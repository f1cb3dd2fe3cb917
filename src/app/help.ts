// Help pages, from the same tables that the command line is read with.

import type { Parameter, Verb } from "../admin/verb.ts";
import { verbs } from "../admin/verbs.ts";
import { optionName, ownCommands } from "./command-line.ts";
import { type Command, commonOptions } from "./commands.ts";
import { exitCodes } from "./exit-codes.ts";

/** The page about a command, about all that begin like `account`, or the overview; undefined for what there is not. */
export function helpPage(topic: string): string | undefined {
  const all = [...ownCommands, ...verbs];
  if (topic === "") return overview(all);
  const command = all.find(({ name }) => name === topic);
  if (command !== undefined) return commandPage(command);
  const group = all.filter(({ name }) => name.startsWith(`${topic} `));
  return group.length === 0 ? undefined : `${list(group)}\nMore: dakghar help ${group[0]?.name ?? ""}\n`;
}

function overview(all: readonly (Command | Verb)[]): string {
  return `Dakghar, the mailbox server you run yourself: IMAP, POP3 and SMTP from one store.

Usage: dakghar COMMAND [ARGUMENTS] [OPTIONS]

${list(all)}
Options of every command:
${columns(commonOptions.map(parameterRow))}
Commands that change something speak to the running server; when none runs, they open the data folder themselves.

Examples:
  dakghar serve
  dakghar domain add example.org
  dakghar account add asha@example.org
  dakghar settings asha@example.org
  dakghar help account add

Exit codes: ${exitCodes.ok} done; ${exitCodes.refused} refused, or a problem was found; ${exitCodes.usage} the command line makes no sense;
  ${exitCodes.unavailable} the data folder or a port is in use, or the server does not answer; ${exitCodes.config} the configuration has faults;
  ${exitCodes.broken} a bug.
`;
}

function commandPage(command: Command | Verb): string {
  const { name, summary, details, parameters, examples } = command;
  const places = parameters.filter(({ kind }) => kind === "positional");
  const options = parameters.filter(({ kind }) => kind !== "positional");
  const usage = places.map(({ placeholder, presence }) => (presence === "required" ? placeholder : `[${placeholder}]`));
  return [
    `dakghar ${name}: ${summary}\n`,
    `\nUsage: ${["dakghar", name, ...usage, "[OPTIONS]"].join(" ")}\n`,
    details === "" ? "" : `\n${wrap(details)}`,
    places.length === 0 ? "" : `\nArguments:\n${columns(places.map(parameterRow))}`,
    `\nOptions:\n${columns([...options, ...commonOptions].map(parameterRow))}`,
    `\nExamples:\n${examples.map((example) => `  dakghar ${example}\n`).join("")}`,
  ].join("");
}

function list(commands: readonly (Command | Verb)[]): string {
  return `Commands:\n${columns(commands.map(({ name, summary }) => [name, summary]))}`;
}

function parameterRow(parameter: Parameter): readonly [string, string] {
  const name = optionName(parameter);
  if (name === undefined) return [parameter.placeholder, parameter.help];
  return [parameter.kind === "text" ? `--${name} ${parameter.placeholder}` : `--${name}`, parameter.help];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${wrap(text, width + 4).trimStart()}`).join("");
}

/** Lines of at most 100 characters, indented. */
function wrap(text: string, indent = 0): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > 100) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line].map((whole) => `${" ".repeat(indent)}${whole}\n`).join("");
}
