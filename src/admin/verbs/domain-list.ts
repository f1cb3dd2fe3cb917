// domain list

import { textTable } from "../text-table.ts";
import { good, verb } from "../verb.ts";

export const domainList = verb({
  name: "domain list",
  summary: "list the domains that are served",
  examples: ["domain list", "domain list --json"],
  parse: () => undefined,
  run: async ({ directory }) => {
    const domains = await directory.domains();
    const rows = domains.map(({ domain, asciiDomain, addresses }) => [domain, asciiDomain, String(addresses)]);
    return good(
      domains.map((domain) => ({ ...domain })),
      rows.length === 0
        ? "No domain is served yet: `dakghar domain add` adds one.\n"
        : textTable(["Domain", "In DNS", "Addresses"], rows),
    );
  },
});
