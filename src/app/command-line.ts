// Reads the command line: which command, with what arguments. Options may stand anywhere.

import { parseArgs } from "node:util";
import type { Given, Parameter, Verb } from "../admin/verb.ts";
import { verbs } from "../admin/verbs.ts";
import { type Command, commonOptions, helpCommand, initCommand, serveCommand, versionCommand } from "./commands.ts";

export type Order =
  | { readonly kind: "serve"; readonly ports: "usual" | "auto" }
  | { readonly kind: "init" }
  | { readonly kind: "version" }
  /** `topic` as it was typed; empty for the overview. */
  | { readonly kind: "help"; readonly topic: string }
  | { readonly kind: "verb"; readonly verb: Verb; readonly given: Given; readonly passwordFrom: "terminal" | "stdin" };

export interface CommandLine {
  readonly order: Order;
  readonly json: "json" | "text";
  readonly configFile: string | undefined;
  readonly dataFolder: string | undefined;
}

/** The command line makes no sense; `topic` is the help page that says what would. */
export class CommandLineFault extends Error {
  readonly topic: string;

  constructor(text: string, topic = "") {
    super(text);
    this.name = "CommandLineFault";
    this.topic = topic;
  }
}

export const ownCommands: readonly Command[] = [serveCommand, initCommand, versionCommand, helpCommand];

/** Throws CommandLineFault. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = tokens(args);
  const { json, config, data, help, ...rest } = values;
  const common = {
    json: json === true ? "json" : "text",
    configFile: textOf(config),
    dataFolder: textOf(data),
  } as const;
  const command = commandOf(positionals);
  if (help === true) return { ...common, order: { kind: "help", topic: command?.name ?? positionals.join(" ") } };
  if (values["version"] === true) return { ...common, order: { kind: "version" } };
  if (command === undefined) {
    if (positionals.length === 0) return { ...common, order: { kind: "help", topic: "" } };
    throw new CommandLineFault(`There is no command "${positionals.join(" ")}".`);
  }
  const words = positionals.slice(command.name.split(" ").length);
  return { ...common, order: orderOf(command, words, rest) };
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

function orderOf(command: Command | Verb, words: readonly string[], values: Values): Order {
  if (command === helpCommand) return { kind: "help", topic: words.join(" ") };
  const given = givenOf(command, words, values);
  if (command === versionCommand) return { kind: "version" };
  if (command === initCommand) return { kind: "init" };
  if (!("execute" in command)) {
    const ports = given["ports"] ?? "usual";
    if (ports !== "usual" && ports !== "auto") throw new CommandLineFault("--ports is usual or auto.", command.name);
    return { kind: "serve", ports };
  }
  const passwordFrom = values["password-stdin"] === true ? "stdin" : "terminal";
  return { kind: "verb", verb: command, given, passwordFrom };
}

function givenOf(command: Command | Verb, words: readonly string[], values: Values): Given {
  const given: Record<string, string | true> = {};
  const places = command.parameters.filter(({ kind }) => kind === "positional");
  if (words.length > places.length)
    throw new CommandLineFault(`"${words[places.length] ?? ""}" is one argument too many.`, command.name);
  for (const [at, { name, presence, placeholder }] of places.entries()) {
    const word = words[at];
    if (word !== undefined) given[name] = word;
    else if (presence === "required") throw new CommandLineFault(`${placeholder} is missing.`, command.name);
  }
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === false) continue;
    const known = command.parameters.find((parameter) => optionName(parameter) === name);
    if (known === undefined) throw new CommandLineFault(`"${command.name}" has no option --${name}.`, command.name);
    if (known.kind !== "secret") given[name] = value;
  }
  return given;
}

/** How a parameter is called on the command line; undefined for one that has a place instead. */
export function optionName({ kind, name }: Parameter): string | undefined {
  if (kind === "positional") return undefined;
  return kind === "secret" ? `${name}-stdin` : name;
}

function commandOf(words: readonly string[]): Command | Verb | undefined {
  const named = (count: number): Command | Verb | undefined => {
    const name = words.slice(0, count).join(" ");
    return [...ownCommands, ...verbs].find((command) => command.name === name);
  };
  return named(2) ?? named(1);
}

function tokens(args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  const parameters = [...commonOptions, ...[...ownCommands, ...verbs].flatMap((command) => command.parameters)];
  const options = Object.fromEntries(
    parameters.flatMap((parameter) => {
      const name = optionName(parameter);
      const type = parameter.kind === "text" ? ("string" as const) : ("boolean" as const);
      return name === undefined ? [] : [[name, { type, ...(name === "help" ? { short: "h" } : {}) }] as const];
    }),
  );
  // A password there would be in the shell's history and in the list of processes.
  if (args.some((arg) => /^--password(?:=|$)/.test(arg)))
    throw new CommandLineFault("A password is never an argument: leave it out to be asked, or use --password-stdin.");
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, version: { type: "boolean" } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new CommandLineFault(error instanceof Error ? error.message : "The command line cannot be read.");
  }
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
