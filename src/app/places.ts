// Which configuration file and which data folder a command means: by option, by environment, or the usual ones.

import { resolve } from "node:path";
import type { Configuration } from "../config/configuration.ts";
import type { CommandLine } from "./command-line.ts";

/** Undefined: trial mode. */
export function configFileOf({ configFile }: CommandLine): string | undefined {
  return configFile ?? (process.env["DAKGHAR_CONFIG"] || undefined);
}

export function trialFolder({ dataFolder }: CommandLine): string {
  return resolve(dataFolder ?? (process.env["DAKGHAR_DATA"] || "dakghar-data"));
}

export function configuredFolder({ dataFolder }: CommandLine, configuration: Configuration): string {
  return dataFolder === undefined ? configuration.dataFolder : resolve(dataFolder);
}
