// Every setting, with its type, its default, what it does and what may be written. The example file, the reference page and
// the decoder all come from here. Secrets are named by file, never written.

import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { z } from "zod";
import {
  connectionsMax,
  connectionsPerAddressMax,
  expungedKeptDays,
  imapFailedLoginsMax,
  imapIdleTimeoutMs,
  imapLoginTimeoutMs,
  imapMessagesPerCommandMax,
  imapMessagesPerCommandMin,
  messageBytesMax,
  newConnectionsPerMinuteMax,
  pop3IdleTimeoutMs,
  sessionsPerAccountMax,
} from "../base/limits.ts";
import { unlimited } from "../model/quota.ts";
import { formatDuration, parseDuration } from "./human-duration.ts";
import { formatSize, parseSize } from "./human-size.ts";
import { type Network, parseNetwork } from "./network.ts";

export interface SettingDoc {
  /** What it does, in sentences. */
  readonly description: string;
  /** What may be written, to follow "write": `a whole number from 1 to 65535`. */
  readonly right: string;
  /** As it stands in TOML, for a setting without a default. */
  readonly example?: string;
}

/** What each setting and section is about. */
export const settingDocs = z.registry<SettingDoc>();

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const dayMs = 24 * hourMs;
const keptDaysMax = 3_650;
/** RFC 5321 4.5.3.1.7: a message of 64K octets must be accepted. */
const messageBytesMin = 64 * 1_024;

export const listenerNames = ["imap", "imaps", "pop3", "pop3s", "submission", "submissions", "smtp", "status"] as const;
export type TcpListenerName = (typeof listenerNames)[number];

const text = (doc: SettingDoc) => z.string().trim().min(1).register(settingDocs, doc);
const flag = (description: string, fallback: boolean) =>
  z.boolean().prefault(fallback).register(settingDocs, { description, right: "true or false" });
const path = (description: string, example: string) =>
  text({ description, right: `a path, as in "${example}"`, example: `"${example}"` });
const wholeNumber = (description: string, [min, max]: readonly [number, number], fallback: number) =>
  z
    .int()
    .min(min)
    .max(max)
    .prefault(fallback)
    .register(settingDocs, { description, right: `a whole number from ${min} to ${max}` });

const size = (description: string, [min, max]: readonly [number, number], fallback: number) =>
  z
    .string()
    .transform(parseSize)
    .pipe(z.number().min(min).max(max))
    .prefault(formatSize(fallback))
    .register(settingDocs, {
      description,
      right: `a size from ${formatSize(min)} to ${formatSize(max)}, as in "${formatSize(fallback)}"`,
    });

const duration = (description: string, [min, max]: readonly [number, number], fallback: number) =>
  z
    .string()
    .transform(parseDuration)
    .pipe(z.number().min(min).max(max))
    .prefault(formatDuration(fallback))
    .register(settingDocs, {
      description,
      right: `a duration from ${formatDuration(min)} to ${formatDuration(max)}, as in "${formatDuration(fallback)}"`,
    });

const quotaCount = (what: string) =>
  z
    .union([z.literal("none").transform(() => unlimited), z.int().min(1).max(unlimited)])
    .prefault("none")
    .register(settingDocs, {
      description: `How many ${what} an account may hold that has no limit of its own.`,
      right: '"none", or a whole number from 1',
    });

/** A name in DNS, in its ASCII form. RFC 1123 2.1: letters, digits and hyphens; at most 63 in a label, 253 in all. */
const dnsName = /^(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/;
const toDnsName = (name: string): string => domainToASCII(name.trim().replace(/\.$/, ""));

const address = z.string().refine((given) => given === "*" || isIP(given) > 0);

const readNetwork = (given: string, context: z.RefinementCtx): Network => {
  const network = parseNetwork(given);
  if (network !== undefined) return network;
  context.addIssue({ code: "custom" });
  return z.NEVER;
};

const place = (port: number, addresses: readonly string[]) => ({
  enabled: flag("Whether it listens.", true),
  addresses: z
    .array(address)
    .min(1)
    .prefault([...addresses])
    .register(settingDocs, {
      description: 'The addresses of this machine to listen on; "*" is all of them.',
      right: 'a list of IP addresses, as in ["192.0.2.25", "2001:db8::25"], or ["*"]',
    }),
  port: wholeNumber("The port to listen on.", [1, 65_535], port),
});

const listener = (description: string, port: number) =>
  z
    .strictObject({
      ...place(port, ["*"]),
      proxyFrom: z.array(z.string().transform(readNetwork)).prefault([]).register(settingDocs, {
        description:
          "Proxies that tell whom they speak for (PROXY protocol, versions 1 and 2), by address or network. If any are named, nobody else is served here.",
        right: 'a list of IP addresses and networks, as in ["10.0.0.0/8", "2001:db8::25"]',
      }),
    })
    .prefault({})
    .register(settingDocs, { description, right: "a table" });

const statusListener = z
  .strictObject(place(9_143, ["127.0.0.1"]))
  .prefault({})
  .register(settingDocs, {
    description:
      "Metrics for Prometheus (/metrics) and health (/healthz) over HTTP, without a password: keep it on this machine.",
    right: "a table",
  });

const lmtpListener = z
  .strictObject({
    enabled: flag("Whether it listens.", false),
    path: text({
      description: "Where the socket is made. Whoever may write to it may deliver; its folder decides who that is.",
      right: 'a path, as in "/run/dakghar/lmtp.sock"',
    }).prefault("/run/dakghar/lmtp.sock"),
  })
  .prefault({})
  .register(settingDocs, {
    description: "LMTP (RFC 2033) on a UNIX socket: another mail server on this machine hands messages over.",
    right: "a table",
  });

const listeners = z
  .strictObject({
    imap: listener("IMAP, encrypted by STARTTLS; no password is taken before.", 143),
    imaps: listener("IMAP over TLS.", 993),
    pop3: listener("POP3, encrypted by STLS; no password is taken before.", 110),
    pop3s: listener("POP3 over TLS.", 995),
    submission: listener("Mail from our users' programs, encrypted by STARTTLS.", 587),
    submissions: listener("Mail from our users' programs, over TLS.", 465),
    smtp: listener("Mail from other servers to our addresses.", 25),
    lmtp: lmtpListener,
    status: statusListener,
  })
  .prefault({})
  .register(settingDocs, {
    description:
      "Where the server listens. With systemd's socket activation, sockets of these names take the place of address and port.",
    right: "a table",
  });

const certificateFile = path(
  "The certificate in PEM form, followed by those that lead to its authority (Let's Encrypt: fullchain.pem).",
  "/etc/dakghar/tls/certificate.pem",
);
const keyFile = path("The private key in PEM form, readable by the server alone.", "/etc/dakghar/tls/key.pem");

const tls = z
  .strictObject({
    certificate: certificateFile,
    key: keyFile,
    minimumVersion: z.enum(["1.2", "1.3"]).prefault("1.2").register(settingDocs, {
      description: "The oldest version of TLS that is spoken. Some mail programs know no 1.3.",
      right: '"1.2" or "1.3"',
    }),
    others: z
      .array(
        z
          .strictObject({
            certificate: certificateFile,
            key: keyFile,
          })
          .register(settingDocs, { description: "", right: "a table with certificate and key" }),
      )
      .prefault([])
      .register(settingDocs, {
        description: "More certificates, for clients that ask for one of their names.",
        right: "tables with certificate and key",
      }),
  })
  .optional()
  .register(settingDocs, {
    description: "Certificates. They are read again on SIGHUP, without dropping a connection.",
    right: "a table",
  });

const smarthost = z
  .strictObject({
    host: z
      .string()
      .transform((host) => (isIP(host) > 0 ? host : toDnsName(host)))
      .refine((host) => isIP(host) > 0 || dnsName.test(host))
      .register(settingDocs, {
        description: "Its name or IP address.",
        right: 'a host name, as in "smtp.provider.example"',
        example: '"smtp.provider.example"',
      }),
    port: wholeNumber("Its port: 587 for STARTTLS, 465 for TLS.", [1, 65_535], 587),
    tls: z.enum(["starttls", "tls", "none"]).prefault("starttls").register(settingDocs, {
      description: 'How the connection is encrypted; "none" for a server on this machine only.',
      right: '"starttls", "tls" or "none"',
    }),
    user: text({
      description: "The name to log in with; without it there is no login.",
      right: "a user name",
      example: '"our-account"',
    }).optional(),
    passwordFile: path(
      "A file that holds the password and nothing else, readable by the server alone.",
      "/etc/dakghar/smarthost-password",
    ).optional(),
    trustedFile: path(
      "Certificates (PEM) that are trusted for this server instead of the system's.",
      "/etc/dakghar/tls/smarthost-authority.pem",
    ).optional(),
  })
  .optional()
  .register(settingDocs, {
    description: "The server that takes our mail for other domains. Without it such mail is refused.",
    right: "a table",
  });

const mail = z
  .strictObject({
    messageSize: size(
      "The largest message that is taken, over every protocol, as it is sent: attachments grow by a third on their way.",
      [messageBytesMin, messageBytesMax],
      messageBytesMax,
    ),
    expungedKept: duration(
      "How long deleted mail can be recovered, in whole days.",
      [0, keptDaysMax * dayMs],
      expungedKeptDays * dayMs,
    ),
    copySentMail: flag(
      "Whether new accounts get a copy of what they submit in Sent. Most mail programs file one themselves, and would have two.",
      false,
    ),
    quota: z
      .string()
      .transform((given) => (given === "none" ? unlimited : parseSize(given)))
      .pipe(z.number().min(1))
      .prefault("none")
      .register(settingDocs, {
        description:
          "How much mail an account may hold that has no quota of its own (`dakghar account set`). Deleted mail that can be recovered does not count.",
        right: '"none", or a size, as in "5 GiB"',
      }),
    quotaMessages: quotaCount("messages"),
    quotaMailboxes: quotaCount("mailboxes"),
    subaddressSeparator: z
      .string()
      .regex(/^(?:[+\-_=.])?$/)
      .prefault("+")
      .register(settingDocs, {
        description: "asha+shop@example.org reaches asha@example.org. Empty: it does not.",
        right: '"+", "-", "_", "=", "." or ""',
      }),
  })
  .prefault({})
  .register(settingDocs, { description: "What is done with mail.", right: "a table" });

const imap = z
  .strictObject({
    unauthenticate: flag(
      "Whether a client may log out and stay connected, to log in again as somebody else (UNAUTHENTICATE, RFC 8437): for programs that act for many accounts. Mail programs never ask for it.",
      false,
    ),
  })
  .prefault({})
  .register(settingDocs, { description: "What IMAP offers beside what it always offers.", right: "a table" });

const limits = z
  .strictObject({
    connections: wholeNumber("Connections at once, all together.", [10, 1_000_000], connectionsMax),
    connectionsPerAddress: wholeNumber(
      "Connections at once from one address (an IPv6 network of /64). This machine itself is not limited.",
      [1, 100_000],
      connectionsPerAddressMax,
    ),
    newConnectionsPerMinute: wholeNumber(
      "New connections in a minute from one address.",
      [1, 1_000_000],
      newConnectionsPerMinuteMax,
    ),
    sessionsPerAccount: wholeNumber(
      "Sessions at once of one account, over all protocols.",
      [1, 100_000],
      sessionsPerAccountMax,
    ),
    loginFailures: wholeNumber(
      "Wrong passwords before the connection is ended.",
      [1, imapFailedLoginsMax],
      imapFailedLoginsMax,
    ),
    loginWait: duration(
      "How long a client may take to log in.",
      [5 * secondMs, imapLoginTimeoutMs],
      imapLoginTimeoutMs,
    ),
    imapIdle: duration(
      "How long a logged-in IMAP client may be silent.",
      [imapIdleTimeoutMs, dayMs],
      imapIdleTimeoutMs,
    ),
    imapMessagesPerCommand: wholeNumber(
      "Messages that one IMAP command works on; of more it takes the newest, and says so (MESSAGELIMIT, RFC 9738). Mail programs that do not know of it take these for all there are: leave it above your largest mailbox.",
      [imapMessagesPerCommandMin, imapMessagesPerCommandMax],
      imapMessagesPerCommandMax,
    ),
    pop3Idle: duration(
      "How long a logged-in POP3 client may be silent.",
      [pop3IdleTimeoutMs, dayMs],
      pop3IdleTimeoutMs,
    ),
    pop3LoginDelay: duration("How long a POP3 client must wait between two logins.", [0, hourMs], 0),
  })
  .prefault({})
  .register(settingDocs, { description: "How much one client may take.", right: "a table" });

const log = z
  .strictObject({
    level: z.enum(["debug", "info", "warn", "error"]).prefault("info").register(settingDocs, {
      description: "The least that is worth a line.",
      right: '"debug", "info", "warn" or "error"',
    }),
    format: z.enum(["json", "text"]).prefault("json").register(settingDocs, {
      description: "One JSON object a line for programs, or text for people.",
      right: '"json" or "text"',
    }),
  })
  .prefault({})
  .register(settingDocs, { description: "The log, on standard output.", right: "a table" });

export const settingsSchema = z.strictObject({
  hostname: z.string().transform(toDnsName).pipe(z.string().regex(dnsName)).register(settingDocs, {
    description: "The name of this server in DNS: what it calls itself, and what mail programs connect to.",
    right: 'a host name, as in "mail.example.org"',
    example: '"mail.example.org"',
  }),
  data: text({
    description: "The folder that holds everything: mail, accounts, the queue. It is the server's alone.",
    right: 'a path, as in "/var/lib/dakghar"',
  }).prefault("/var/lib/dakghar"),
  listeners,
  tls,
  smarthost,
  mail,
  imap,
  limits,
  log,
});

export type Settings = z.output<typeof settingsSchema>;
