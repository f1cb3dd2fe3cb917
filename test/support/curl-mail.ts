// curl as a mail client, with the certificate authority of the tests.

import { type ProgramOptions, runWell } from "./client-program.ts";
import type { MailPlace } from "./mail-place.ts";

/** `path` comes after "imaps://host:port/", `command` instead of what curl would say by itself. Gives what it showed. */
export async function curlImap(place: MailPlace, path: string, command?: string): Promise<string> {
  const request = command === undefined ? [] : ["--request", command];
  return await curlMail(place, `imaps://${place.host}:${place.ports.imaps}/${path}`, request);
}

export async function curlMail(
  { caFile, user, password }: MailPlace,
  url: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const always = ["--disable", "--silent", "--show-error", "--cacert", caFile, "--user", `${user}:${password}`];
  return await runWell("curl", [...always, ...args, url], options);
}
