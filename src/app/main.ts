// The entry of the program: reads the command line and the environment once, does what they say, and ends with a code
// that means something (exit-codes.ts).

import { readFileSync } from "node:fs";
import { type CommandLine, CommandLineFault, parseCommandLine } from "./command-line.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { helpPage } from "./help.ts";
import { tellFault } from "./tell-fault.ts";

// Flushes and password hashes wait in libuv's threads. With the usual four, two hashes and two slow flushes would hold up
// every account; a thread that waits costs next to nothing. libuv reads this when the first of them is needed.
process.env["UV_THREADPOOL_SIZE"] ??= "16";
// Whatever this process makes is for its owner alone.
process.umask(0o077);
// Whoever reads our output may go.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<ExitCode> {
  try {
    return await run(parseCommandLine(args));
  } catch (error) {
    return tellFault(error);
  }
}

async function run(line: CommandLine): Promise<ExitCode> {
  const { order } = line;
  // Each command loads what it needs: a start must not wait for what others need.
  switch (order.kind) {
    case "help":
      return help(order.topic);
    case "version":
      return version(line.json);
    case "verb": {
      const { administer } = await import("./administer.ts");
      return await administer(line, order);
    }
    case "serve": {
      const { serve } = await import("./serve-command.ts");
      return await serve(line, order.ports);
    }
    case "init": {
      const { init } = await import("./init-command.ts");
      return await init(line);
    }
  }
}

function help(topic: string): ExitCode {
  const page = helpPage(topic);
  if (page === undefined) throw new CommandLineFault(`There is no command "${topic}".`);
  process.stdout.write(page);
  return exitCodes.ok;
}

function version(form: CommandLine["json"]): ExitCode {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  const facts = { version: manifest.version, node: process.versions.node };
  process.stdout.write(
    form === "json" ? `${JSON.stringify(facts)}\n` : `dakghar ${facts.version} (Node ${facts.node})\n`,
  );
  return exitCodes.ok;
}
