// What every verb of the command line is: a value with its parameters, its help and its doing. The same value answers
// over the control socket of a running server and in a process of its own when none runs.

import type { Clock, Entropy } from "../base/clock.ts";
import type { QueueDesk } from "../delivery/queue-desk.ts";
import type { SessionEnd } from "../directory/account-sessions.ts";
import type { StoredDirectory } from "../directory/stored-directory.ts";
import type { Mail } from "../mailbox/mail.ts";
import type { SharingService } from "../mailbox/sharing/sharing-service.ts";
import type { AccountId } from "../model/ids.ts";
import type { MailEndpoint } from "./settings-table.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What verbs may use. */
export interface AdminContext {
  readonly directory: StoredDirectory;
  readonly mail: Mail;
  readonly sharing: SharingService;
  readonly queue: QueueDesk;
  /** The accounts whose mail is on the disk, whether the directory knows them or not. */
  readonly accountsOnDisk: () => Promise<readonly AccountId[]>;
  /** Ends the sessions of an account that stand, with this text for the client. */
  readonly endSessions: (account: AccountId, why: SessionEnd) => void;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** The IMAP extensions that can be switched off for an account. */
  readonly switchableCapabilities: readonly string[];
  /** Where clients reach this server. */
  readonly endpoints: readonly MailEndpoint[];
}

/** Hears the share done, 0 to 1, and what is being done. */
export type Progress = (share: number, what: string) => void;

export interface Parameter {
  /** The name in a request; `--name` on the command line unless positional. */
  readonly name: string;
  /** "secret" is never an argument: it is prompted for, or read from standard input. */
  readonly kind: "positional" | "text" | "flag" | "secret";
  readonly presence: "required" | "optional";
  /** What stands for the value in help: ADDRESS. */
  readonly placeholder: string;
  readonly help: string;
}

export interface Outcome {
  /** For scripts. */
  readonly data: Json;
  /** The same for people. */
  readonly text: string;
  /** "problem" when the verb did its work and found something wrong. */
  readonly verdict: "good" | "problem";
}

/** Arguments as they come from a command line or a request: text, or true for a flag. */
export type Given = Readonly<Record<string, string | true>>;

export interface Verb {
  /** `account add` */
  readonly name: string;
  readonly summary: string;
  /** Further sentences of the help page. */
  readonly details: string;
  readonly parameters: readonly Parameter[];
  /** Without the leading `dakghar`. */
  readonly examples: readonly string[];
  /** What a person at a terminal is asked before it is done. */
  readonly question: ((given: Given) => string) | undefined;
  /** Throws UsageFault for arguments that make no sense, ProblemRefusal when it is refused. */
  execute(context: AdminContext, given: Given, progress: Progress): Promise<Outcome>;
}

/** Arguments make no sense; the text tells what would. */
export class UsageFault extends Error {
  constructor(text: string) {
    super(text);
    this.name = "UsageFault";
  }
}

export interface Definition<Order> {
  readonly name: string;
  readonly summary: string;
  readonly details?: string;
  readonly parameters?: readonly Parameter[];
  readonly examples: readonly string[];
  readonly question?: (given: Given) => string;
  readonly parse: (given: Arguments) => Order;
  readonly run: (context: AdminContext, order: Order, progress: Progress) => Promise<Outcome>;
}

export function verb<Order>({ parse, run, ...definition }: Definition<Order>): Verb {
  const parameters = definition.parameters ?? [];
  return {
    ...definition,
    parameters,
    details: definition.details ?? "",
    question: definition.question,
    execute: async (context, given, progress) => run(context, parse(new Arguments(parameters, given)), progress),
  };
}

/** Arguments by the parameters of a verb. Throws UsageFault for what is missing or not known. */
export class Arguments {
  readonly #given: Given;

  constructor(parameters: readonly Parameter[], given: Given) {
    const names = new Set(parameters.map(({ name }) => name));
    const unknown = Object.keys(given).find((name) => !names.has(name));
    if (unknown !== undefined) throw new UsageFault(`There is no argument called ${unknown}.`);
    for (const { name, kind, presence, placeholder } of parameters) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value === undefined && presence === "required") throw new UsageFault(`${placeholder} is missing.`);
      if (value !== undefined && (value === true) !== (kind === "flag"))
        throw new UsageFault(kind === "flag" ? `--${name} takes no value.` : `${placeholder} needs a value.`);
    }
    this.#given = given;
  }

  /** A required value. */
  text(name: string): string {
    return this.optional(name) ?? "";
  }

  optional(name: string): string | undefined {
    const value = this.#given[name];
    return typeof value === "string" ? value : undefined;
  }

  flag(name: string): "given" | "absent" {
    return this.#given[name] === true ? "given" : "absent";
  }
}

export const good = (data: Json, text: string): Outcome => ({ data, text, verdict: "good" });

export function positional(name: string, placeholder: string, help: string): Parameter {
  return { name, kind: "positional", presence: "required", placeholder, help };
}

export function option(name: string, placeholder: string, help: string): Parameter {
  return { name, kind: "text", presence: "optional", placeholder, help };
}

export function flag(name: string, help: string): Parameter {
  return { name, kind: "flag", presence: "optional", placeholder: "", help };
}
