// What a command that could not be done says, and the exit code that goes with it.

import { TlsFault } from "../net/tls-pair.ts";
import { FolderInUse } from "../store/sqlite/data-folder.ts";
import { SchemaTooNew } from "../store/sqlite/migrations.ts";
import { CommandLineFault } from "./command-line.ts";
import { complain } from "./complain.ts";
import { ConfigurationFault } from "./configuration-fault.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { ListenFault } from "./listen-fault.ts";

/** What people can do something about is a sentence; anything else is a bug and told in full. */
export function tellFault(error: unknown): ExitCode {
  if (error instanceof CommandLineFault) {
    const page = error.topic === "" ? "dakghar help" : `dakghar help ${error.topic}`;
    complain(`${error.message}\nMore: ${page}`);
    return exitCodes.usage;
  }
  if (error instanceof FolderInUse || error instanceof ListenFault || error instanceof SchemaTooNew) {
    complain(error.message);
    return exitCodes.unavailable;
  }
  if (error instanceof ConfigurationFault) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.config;
  }
  if (error instanceof TlsFault) {
    complain(error.message);
    return exitCodes.config;
  }
  // The system's own errors name the path and what is wrong with it.
  if (error instanceof Error && ("syscall" in error || "errcode" in error)) {
    complain(`The data folder cannot be used: ${error.message}`);
    return exitCodes.unavailable;
  }
  complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.broken;
}
