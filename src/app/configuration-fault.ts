// The configuration cannot be used.

import { type ConfigFault, formatFault } from "../config/config-fault.ts";

/** The configuration cannot be used; the message has a line for each fault. */
export class ConfigurationFault extends Error {
  constructor(file: string, faults: readonly ConfigFault[]) {
    super(faults.map((fault) => formatFault(file, fault)).join("\n"));
    this.name = "ConfigurationFault";
  }
}
