// A verb as people and scripts see it: arguments completed at the terminal, the outcome told, an exit code.

import type { ControlResult } from "../admin/control-client.ts";
import type { Given } from "../admin/verb.ts";
import { usualPolicy } from "../directory/directory-policy.ts";
import { type AdminOrder, runAdminVerb } from "./admin-command.ts";
import type { CommandLine, Order } from "./command-line.ts";
import { complain } from "./complain.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { confirmed, newPasswordFromTerminal, passwordFromInput } from "./password-prompt.ts";
import { configFileOf, configuredFolder, trialFolder } from "./places.ts";
import { progressBar } from "./progress-bar.ts";
import { trialEndpoints, usualTrialPorts } from "./trial/trial-ports.ts";

export async function administer(line: CommandLine, order: Order & { kind: "verb" }): Promise<ExitCode> {
  const given = await completed(order);
  if (given === undefined) return exitCodes.refused;
  const installation = await installationOf(line);
  using bar = progressBar(process.stderr);
  const result = await runAdminVerb({
    ...installation,
    verb: order.verb,
    given,
    noteFault: (fault) => {
      complain(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault));
      return "the lines above";
    },
    progress: bar.progress,
  });
  bar[Symbol.dispose]();
  return tell(result, line.json);
}

async function installationOf(line: CommandLine): Promise<Pick<AdminOrder, "dataFolder" | "endpoints" | "policy">> {
  const file = configFileOf(line);
  if (file === undefined)
    return { dataFolder: trialFolder(line), endpoints: trialEndpoints(usualTrialPorts), policy: usualPolicy };
  const { readConfiguration } = await import("./configuration-file.ts");
  const { configuredEndpoints, policyOf } = await import("./configured-plan.ts");
  const configuration = await readConfiguration(file, "settings");
  return {
    dataFolder: configuredFolder(line, configuration),
    endpoints: configuredEndpoints(configuration),
    policy: policyOf(configuration),
  };
}

/** The arguments with what a person at the terminal adds to them; undefined when he says no. */
async function completed({ verb, given, passwordFrom }: Order & { kind: "verb" }): Promise<Given | undefined> {
  const { stdin, stderr } = process;
  const interactive = stdin.isTTY && stderr.isTTY;
  if (interactive && verb.question !== undefined && given["yes"] === undefined)
    if ((await confirmed(verb.question(given), stdin, stderr)) === "no") return undefined;
  if (!verb.parameters.some(({ kind }) => kind === "secret")) return given;
  if (passwordFrom === "stdin") return { ...given, password: await passwordFromInput(stdin) };
  if (!interactive || given["generate-password"] === true || given["shared"] === true) return given;
  const password = await newPasswordFromTerminal(stdin, stderr);
  return password === undefined ? given : { ...given, password };
}

function tell(result: ControlResult, form: CommandLine["json"]): ExitCode {
  if ("outcome" in result) {
    const { data, text, verdict } = result.outcome;
    process.stdout.write(form === "json" ? `${JSON.stringify(data)}\n` : text);
    return verdict === "good" ? exitCodes.ok : exitCodes.refused;
  }
  const { kind, text, problem } = result.fault;
  if (form === "json") process.stdout.write(`${JSON.stringify({ error: { kind: problem ?? kind, text } })}\n`);
  else complain(text);
  if (kind === "usage") return exitCodes.usage;
  return kind === "refused" ? exitCodes.refused : exitCodes.broken;
}
