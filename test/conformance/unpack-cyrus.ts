// Fetches Debian's Cyrus and unpacks it beside the packages of npm: Debian does not let cyrus-imapd stand on one machine with
// dovecot-imapd, and nothing of it is to be installed. `npm run conformance:cyrus` begins with this; once is enough.

import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cyrusPrograms, cyrusUnpacked } from "../support/cyrus-imap.ts";

/** With the libraries that it needs and Debian does not always have. */
const packages = ["cyrus-common", "cyrus-imapd", "libclamav12", "libmspack0", "libpcre3", "libxapian30", "libzephyr4"];

if (cyrusPrograms() === undefined) {
  const debs = join(cyrusUnpacked, "debs");
  rmSync(cyrusUnpacked, { recursive: true, force: true });
  mkdirSync(debs, { recursive: true });
  const options = { cwd: debs, stdio: "inherit" } as const;
  try {
    execFileSync("apt-get", ["download", "-qq", ...packages], options);
  } catch {
    // The list of what there is may be old, or missing.
    execFileSync("apt-get", ["update", "-qq"], options);
    execFileSync("apt-get", ["download", "-qq", ...packages], options);
  }
  for (const deb of globSync("*.deb", { cwd: debs })) execFileSync("dpkg-deb", ["-x", deb, cyrusUnpacked], options);
  rmSync(debs, { recursive: true });
  if (!existsSync(join(cyrusUnpacked, "usr/lib/cyrus/bin/imapd"))) throw new Error("the packages hold no Cyrus");
}
