// `dakghar serve`: in trial mode, or as the configuration says.

import { activatedSockets } from "../net/socket-activation.ts";
import { type CommandLine, CommandLineFault } from "./command-line.ts";
import type { ExitCode } from "./exit-codes.ts";
import { configFileOf, configuredFolder, trialFolder } from "./places.ts";
import { serveConfigured, serveTrial } from "./serve.ts";

export async function serve(line: CommandLine, ports: "usual" | "auto"): Promise<ExitCode> {
  const file = configFileOf(line);
  if (file === undefined) return await serveTrial({ dataFolder: trialFolder(line), ports });
  if (ports === "auto")
    throw new CommandLineFault("--ports auto is for trial mode: the configuration has ports.", "serve");
  // Trial mode starts sooner without the configuration's schema.
  const { readConfiguration } = await import("./configuration-file.ts");
  const { configuredEndpoints, configuredPlan } = await import("./configured-plan.ts");
  const configuration = await readConfiguration(file, "server");
  const activated = activatedSockets(
    {
      listenPid: process.env["LISTEN_PID"],
      listenFds: process.env["LISTEN_FDS"],
      listenFdNames: process.env["LISTEN_FDNAMES"],
    },
    process.pid,
  );
  return await serveConfigured({
    plan: await configuredPlan(configuration, configuredFolder(line, configuration), activated),
    endpoints: configuredEndpoints(configuration),
    log: configuration.log,
  });
}
