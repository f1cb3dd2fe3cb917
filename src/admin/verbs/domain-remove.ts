// domain remove: only a domain without addresses goes.

import { good, positional, verb } from "../verb.ts";

export const domainRemove = verb({
  name: "domain remove",
  summary: "stop serving a domain",
  details: "Refused while the domain has addresses: remove its accounts and aliases first.",
  parameters: [positional("domain", "DOMAIN", "the domain")],
  examples: ["domain remove example.org"],
  parse: (given) => given.text("domain"),
  run: async ({ directory }, domain) => {
    await directory.removeDomain(domain);
    return good({ domain }, `${domain} is not served any more.\n`);
  },
});
