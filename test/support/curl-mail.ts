// curl as a mail client, with the certificate authority of the tests.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ProgramOptions, runWell } from "./client-program.ts";
import type { MailPlace } from "./mail-place.ts";
import { tempDir } from "./temp-dir.ts";

/**
 * `path` comes after "imaps://host:port/"; `command` instead of what curl would say by itself; `upload` is appended to the
 * mailbox. Gives what it showed.
 */
export async function curlImap(place: MailPlace, path: string, command?: string, upload?: string): Promise<string> {
  const url = `imaps://${place.host}:${place.ports.imaps}/${path}`;
  if (upload !== undefined) {
    // Curl has to know the size before it sends.
    await using folder = await tempDir();
    await writeFile(join(folder.path, "message"), upload);
    return await curlMail(place, url, ["--upload-file", join(folder.path, "message")]);
  }
  return await curlMail(place, url, command === undefined ? [] : ["--request", command]);
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
