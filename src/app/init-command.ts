// `dakghar init`, as people and scripts see it.

import type { CommandLine } from "./command-line.ts";
import { complain } from "./complain.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { initialize } from "./init.ts";
import { configFileOf } from "./places.ts";

export async function init(line: CommandLine): Promise<ExitCode> {
  const done = await initialize(configFileOf(line) ?? "dakghar.toml", line.dataFolder);
  const { configFile, dataFolder, outcome } = done;
  if (outcome === "kept") {
    complain(`${configFile} is there already and has not been touched.`);
    return exitCodes.refused;
  }
  process.stdout.write(
    line.json === "json"
      ? `${JSON.stringify(done)}\n`
      : `${configFile} is written, and ${dataFolder} is made. Edit the file, then start the server:\n\n  dakghar serve --config ${configFile}\n`,
  );
  return exitCodes.ok;
}
