// The configuration as a whole: what it decodes to, and every fault at once, with its place and what would be right.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { noQuota, unlimited } from "../model/quota.ts";
import { formatFault } from "./config-fault.ts";
import { type Configuration, decodeConfiguration } from "./configuration.ts";
import { exampleConfiguration } from "./example.ts";
import { fileFaults } from "./file-faults.ts";

function decoded(text: string): Configuration {
  const result = decodeConfiguration(text, "/etc/dakghar");
  assert.ok("configuration" in result, JSON.stringify(result));
  return result.configuration;
}

function faultsOf(text: string): string[] {
  const result = decodeConfiguration(text, "/etc/dakghar");
  assert.ok("faults" in result, "no fault found");
  return result.faults.map((fault) => formatFault("dakghar.toml", fault));
}

const small = `hostname = "mail.example.org"
[tls]
certificate = "tls/certificate.pem"
key = "/srv/key.pem"
`;

suite("a good file", () => {
  test("says little, and the rest is as documented", () => {
    const configuration = decoded(small);
    assert.equal(configuration.hostName, "mail.example.org");
    assert.equal(configuration.dataFolder, "/var/lib/dakghar");
    assert.deepEqual(configuration.listeners.imaps, { enabled: true, addresses: ["*"], port: 993, proxyFrom: [] });
    assert.deepEqual(configuration.listeners.lmtp, { enabled: false, path: "/run/dakghar/lmtp.sock" });
    assert.deepEqual(configuration.listeners.status, { enabled: true, addresses: ["127.0.0.1"], port: 9_143 });
    assert.deepEqual(configuration.mail, {
      messageBytesMax: 52_428_800,
      expungedKeptDays: 30,
      copySentMail: false,
      subaddressSeparator: "+",
      quota: noQuota,
    });
    assert.equal(configuration.smarthost, undefined);
    assert.equal(configuration.limits.imapIdleTimeoutMs, 1_800_000);
    assert.deepEqual(configuration.log, { level: "info", format: "json" });
  });

  test("has its relative paths start at its folder", () => {
    assert.deepEqual(decoded(small).tls, {
      standard: { certificateFile: "/etc/dakghar/tls/certificate.pem", keyFile: "/srv/key.pem" },
      others: [],
      minVersion: "TLSv1.2",
    });
    assert.equal(decoded(`data = "mail"\n${small}`).dataFolder, "/etc/dakghar/mail");
  });

  test("becomes a value that nobody can change", () => {
    const configuration = decoded(small);
    assert.ok(Object.isFrozen(configuration));
    assert.ok(Object.isFrozen(configuration.listeners.imap.addresses));
    assert.throws(() => Object.assign(configuration.limits, { connectionsMax: 1 }), TypeError);
  });

  test("may say everything", () => {
    const configuration = decoded(`hostname = "ডাকঘর.example."
data = "/srv/mail"
[listeners]
imap.enabled = false
imaps = { addresses = ["192.0.2.25", "2001:db8::25"], port = 1993 }
lmtp.enabled = true
[tls]
certificate = "a"
key = "b"
minimumVersion = "1.3"
[[tls.others]]
certificate = "c"
key = "d"
[smarthost]
host = "127.0.0.1"
tls = "none"
user = "u"
passwordFile = "p"
[mail]
messageSize = "20 MiB"
expungedKept = "36 hours"
subaddressSeparator = ""
quota = "5 GiB"
quotaMessages = 100000
[limits]
pop3LoginDelay = "2 minutes"

[imap]
unauthenticate = true
[log]
format = "text"
`);
    assert.match(configuration.hostName, /^xn--[a-z0-9-]+\.example$/);
    assert.equal(configuration.listeners.imap.enabled, false);
    assert.deepEqual(configuration.listeners.imaps.addresses, ["192.0.2.25", "2001:db8::25"]);
    assert.equal(configuration.tls?.minVersion, "TLSv1.3");
    assert.equal(configuration.tls.others[0]?.keyFile, "/etc/dakghar/d");
    assert.deepEqual(configuration.smarthost, {
      host: "127.0.0.1",
      port: 587,
      tls: "none",
      login: { user: "u", passwordFile: "/etc/dakghar/p" },
      trustedFile: undefined,
    });
    assert.equal(configuration.mail.expungedKeptDays, 2);
    assert.deepEqual(configuration.mail.quota, { bytes: 5 * 1_024 ** 3, messages: 100_000, mailboxes: unlimited });
    assert.equal(configuration.limits.pop3LoginDelaySeconds, 120);
    assert.equal(configuration.imap.unauthenticate, true);
  });

  test("needs no certificate when nobody logs in", () => {
    const off = ["imap", "imaps", "pop3", "pop3s", "submission", "submissions"].map(
      (name) => `${name}.enabled = false`,
    );
    assert.equal(decoded(`hostname = "mx"\n[listeners]\n${off.join("\n")}\n`).tls, undefined);
  });
});

suite("a bad file", () => {
  test("has all its faults told at once, in the order of the file", () => {
    assert.deepEqual(
      faultsOf(`hostnme = "mail.example.org"
[listeners.imap]
port = 99999
enabled = "yes"
[listeners.smtp]
addresses = ["192.0.2.25", "localhost"]
port = 993
[smarthost]
host = "smtp.provider.example"
password = "s3cret"
user = "me"
tls = "none"
[mail]
messageSize = 52428800
expungedKept = "a month"
[limits]
imapIdle = "5 minutes"
[log]
level = "loud"
`),
      [
        'dakghar.toml: hostname: is missing; write a host name, as in "mail.example.org"',
        "dakghar.toml: tls: is missing; write certificate and key, which imap, imaps, pop3, pop3s, submission, submissions need, or turn these listeners off",
        "dakghar.toml:1: hostnme: there is no such setting; did you mean hostname?",
        "dakghar.toml:3: listeners.imap.port: 99999 will not do; write a whole number from 1 to 65535",
        'dakghar.toml:4: listeners.imap.enabled: "yes" will not do; write true or false',
        'dakghar.toml:6: listeners.smtp.addresses[1]: "localhost" will not do; write a list of IP addresses, as in ["192.0.2.25", "2001:db8::25"], or ["*"]',
        "dakghar.toml:7: listeners.smtp.port: 993 is taken by listeners.imaps; write another",
        "dakghar.toml:8: smarthost.passwordFile: is missing; user needs it",
        "dakghar.toml:10: smarthost.password: there is no such setting; did you mean passwordFile?",
        'dakghar.toml:12: smarthost.tls: "none" is for a server on this machine; smtp.provider.example is another: write "starttls" or "tls"',
        'dakghar.toml:14: mail.messageSize: 52428800 will not do; write a size from 64 KiB to 50 MiB, as in "50 MiB"',
        'dakghar.toml:15: mail.expungedKept: "a month" will not do; write a duration from 0 seconds to 3650 days, as in "30 days"',
        'dakghar.toml:17: limits.imapIdle: "5 minutes" will not do; write a duration from 30 minutes to 1 day, as in "30 minutes"',
        'dakghar.toml:19: log.level: "loud" will not do; write "debug", "info", "warn" or "error"',
      ],
    );
  });

  test("that is no TOML is told by its line", () => {
    assert.deepEqual(faultsOf('hostname = "x"\ndata = \n'), ["dakghar.toml:2: is not TOML here: invalid value"]);
    assert.match(faultsOf("a = 1\na = 2\n")[0] ?? "", /^dakghar.toml:2: is not TOML here: /);
  });

  test("that is empty lacks its name and its certificates", () => {
    assert.deepEqual(
      faultsOf("").map((fault) => fault.split(";")[0]),
      ["dakghar.toml: hostname: is missing", "dakghar.toml: tls: is missing"],
    );
  });

  for (const [why, text, fault] of [
    [
      "a table where a value should be",
      `${small}[mail.messageSize]\nx = 1\n`,
      /:5: mail.messageSize: a table will not do; write a size/,
    ],
    ["a value where a table should be", `mail = 3\n${small}`, /:1: mail: 3 will not do; write a table/],
    [
      "an unknown table",
      `${small}[listeners.nntp]\nport = 119\n`,
      /:5: listeners.nntp: there is no such setting; known here: imap, /,
    ],
    ["a host name with an underscore", `hostname = "my_host"`, /:1: hostname: "my_host" will not do/],
    ["a host name with a space", `hostname = "my host"`, /:1: hostname: "my host" will not do/],
    [
      "a message size over the bound",
      `${small}[mail]\nmessageSize = "1 GiB"\n`,
      /:6: mail.messageSize: "1 GiB" will not do; write a size from 64 KiB to 50 MiB/,
    ],
    [
      "half a pair of certificates",
      `${small}[[tls.others]]\nkey = "x"\n`,
      /:5: tls.others\[0\].certificate: is missing; write a path/,
    ],
    ["a fraction of a port", `${small}[listeners.imap]\nport = 143.5\n`, /:6: listeners.imap.port: 143.5 will not do/],
    [
      "no address",
      `${small}[listeners.imap]\naddresses = []\n`,
      /:6: listeners.imap.addresses: a list will not do; write a list of IP/,
    ],
    [
      "a network of 33 bits",
      `${small}[listeners.imap]\nproxyFrom = ["10.0.0.0/33"]\n`,
      /:6: listeners.imap.proxyFrom[^;]*; write a list of IP addresses and networks/,
    ],
    [
      "a password file without a user",
      `${small}[smarthost]\nhost = "h"\npasswordFile = "p"\n`,
      /smarthost.user: is missing; passwordFile needs it/,
    ],
    [
      "a key that reaches for the prototype",
      `${small}[__proto__]\nx = 1\n`,
      /is not TOML here|there is no such setting/,
    ],
  ] as const) {
    test(`with ${why} is refused`, () => assert.match(faultsOf(text).join("\n"), fault));
  }

  test("a long value is cut in the fault", () => {
    assert.ok((faultsOf(`hostname = "${"a".repeat(10_000)}"`)[0] ?? "").length < 200);
  });
});

suite("files", () => {
  const full = decoded(`${small}[[tls.others]]
certificate = "c"
key = "d"
[smarthost]
host = "h"
user = "u"
passwordFile = "p"
trustedFile = "t"
`);

  test("that are there are no fault, and all of them are looked at", async () => {
    const looked: string[] = [];
    assert.deepEqual(await fileFaults(full, async (path) => (looked.push(path), "readable")), []);
    assert.deepEqual(looked.toSorted(), [
      "/etc/dakghar/c",
      "/etc/dakghar/d",
      "/etc/dakghar/p",
      "/etc/dakghar/t",
      "/etc/dakghar/tls/certificate.pem",
      "/srv/key.pem",
    ]);
  });

  test("that are not there or not ours are told by setting and path", async () => {
    const states: Record<string, "missing" | "not-readable" | "not-a-file"> = {
      "/srv/key.pem": "not-readable",
      "/etc/dakghar/c": "missing",
      "/etc/dakghar/p": "not-a-file",
    };
    const faults = await fileFaults(full, async (path) => states[path] ?? "readable");
    assert.deepEqual(
      faults.map((fault) => formatFault("dakghar.toml", fault)),
      [
        "dakghar.toml: tls.key: /srv/key.pem: the server may not read it; give its user the right to",
        "dakghar.toml: tls.others[0].certificate: /etc/dakghar/c: there is no such file",
        "dakghar.toml: smarthost.passwordFile: /etc/dakghar/p: is not a file",
      ],
    );
  });
});

suite("the example", () => {
  test("is a good file, and says what is so without it", () => {
    const { hostName, tls, ...rest } = decoded(exampleConfiguration());
    assert.equal(hostName, "mail.example.org");
    assert.ok(tls);
    const { hostName: _hostName, tls: _tls, ...bare } = decoded(small);
    assert.deepEqual(rest, bare);
  });

  test("is a good file with every comment that is a setting taken away", () => {
    const everything = exampleConfiguration().replace(/^# (?=[A-Za-z]+ = |\[[[a-z])/gm, "");
    const configuration = decoded(everything);
    assert.equal(configuration.smarthost?.login?.user, "our-account");
    assert.equal(configuration.tls?.others.length, 1);
    assert.deepEqual(configuration.listeners, decoded(small).listeners);
  });

  test("has no line longer than 100 characters", () => {
    assert.deepEqual(
      exampleConfiguration()
        .split("\n")
        .filter((line) => line.length > 100),
      [],
    );
  });
});
