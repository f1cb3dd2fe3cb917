// A command line (RFC 5321 2.4, 4.1.1) as its verb and what follows it.

export interface CommandLine {
  /** In upper case: "verbs and argument values are not case sensitive" (RFC 5321 2.4). */
  readonly verb: string;
  /** What follows the verb and one space, without white space at its end. */
  readonly argument: string;
}

/** A line without its CRLF; undefined when it begins with no verb or holds a control character. */
export function parseCommandLine(line: string): CommandLine | undefined {
  const found = commandLine.exec(line);
  if (found === null) return undefined;
  return { verb: (found[1] ?? "").toUpperCase(), argument: (found[2] ?? "").trimEnd() };
}

const commandLine = /^([A-Za-z0-9]{1,16})(?:[ \t]([^\x00-\x08\x0a-\x1f\x7f-\x9f]*))?$/;
