// What the command's exit codes mean. The last two are of sysexits.h: systemd is told not to restart after "config".

export const exitCodes = {
  ok: 0,
  /** Refused, or something wrong was found: the sentence on standard error says what. */
  refused: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** A bug: the message and the log say more. */
  broken: 70,
  /** The data folder is another process's, a port is taken, or the server does not answer: later may help. */
  unavailable: 75,
  /** The configuration has faults, all of them listed. */
  config: 78,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
