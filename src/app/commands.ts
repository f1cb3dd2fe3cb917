// The commands that are no verbs of the administration: they concern the process itself. With src/admin/verbs.ts they
// are all there is on the command line.

import { option, type Parameter, positional } from "../admin/verb.ts";

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly details: string;
  readonly parameters: readonly Parameter[];
  readonly examples: readonly string[];
}

export const serveCommand = {
  name: "serve",
  summary: "run the server",
  details:
    "Without a configuration it runs in trial mode: on this machine only, with an account, a certificate and a welcome message made on the spot. SIGTERM and Ctrl-C end it in good order, a second one at once; SIGHUP reads the certificates again.",
  parameters: [option("ports", "usual|auto", "trial mode: the usual ports, or whichever are free")],
  examples: ["serve", "serve --ports auto", "serve --config /etc/dakghar/dakghar.toml"],
} as const satisfies Command;

export const initCommand = {
  name: "init",
  summary: "write a configuration file with every setting explained, and make the data folder",
  details: "A file that is there already is left alone, and the exit code is 1.",
  parameters: [],
  examples: ["init --config /etc/dakghar/dakghar.toml", "init --config dakghar.toml --data /srv/mail"],
} as const satisfies Command;

export const versionCommand = {
  name: "version",
  summary: "print the version",
  details: "",
  parameters: [],
  examples: ["version", "version --json"],
} as const satisfies Command;

export const helpCommand = {
  name: "help",
  summary: "explain a command",
  details: "",
  parameters: [
    { ...positional("command", "COMMAND", "the command to explain; an overview if left out"), presence: "optional" },
  ],
  examples: ["help", "help account add"],
} as const satisfies Command;

/** Options of every command. */
export const commonOptions: readonly Parameter[] = [
  option("config", "FILE", "the configuration file; DAKGHAR_CONFIG in the environment does the same"),
  option("data", "FOLDER", "the data folder; DAKGHAR_DATA in the environment does the same"),
  { name: "json", kind: "flag", presence: "optional", placeholder: "", help: "answer in JSON, for scripts" },
  { name: "help", kind: "flag", presence: "optional", placeholder: "", help: "explain the command" },
];
