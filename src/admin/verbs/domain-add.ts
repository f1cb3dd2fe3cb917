// domain add: mail for the domain is taken from now on.

import { good, positional, verb } from "../verb.ts";

export const domainAdd = verb({
  name: "domain add",
  summary: "serve a domain",
  details: "Addresses in it can be given out from now on. International names may be written in any script or as xn--.",
  parameters: [positional("domain", "DOMAIN", "the domain, such as example.org")],
  examples: ["domain add example.org", "domain add উদাহরণ.বাংলা"],
  parse: (given) => given.text("domain"),
  run: async ({ directory }, domain) => {
    await directory.addDomain(domain);
    return good({ domain }, `${domain} is served from now on.\n`);
  },
});
