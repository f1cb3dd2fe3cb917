// What a server is to do, all of it decided before it starts: by the configuration, or by trial mode.

import type { Smarthost } from "../delivery/smarthost-connection.ts";
import type { DirectoryPolicy } from "../directory/directory-policy.ts";
import type { ImapPatience } from "../imap/patience.ts";
import type { AcceptBounds } from "../net/accept-limits.ts";
import type { BindPoint } from "../net/listener.ts";
import type { NetworkOfHosts } from "../net/networks.ts";
import type { TlsVersion } from "../net/tls-contexts.ts";
import type { Pop3Patience } from "../pop3/patience.ts";
import type { PlaintextCredentials } from "../sasl/mechanisms.ts";

export type Protocol = "imap" | "pop3" | "submission" | "smtp" | "lmtp";

export interface ListenerPlan {
  /** For the log and for people: `imaps`. */
  readonly name: string;
  readonly protocol: Protocol;
  /** One or more places with the same service; a port of 0 is chosen once and used for all of them. */
  readonly at: readonly BindPoint[];
  /** From the first byte, when the client asks for it, or not at all. */
  readonly tls: "implicit" | "starttls" | "absent";
  readonly plaintext: PlaintextCredentials;
  /** Networks of proxies that tell whom they speak for; none where clients connect themselves. */
  readonly proxyFrom: readonly NetworkOfHosts[];
}

export interface TlsPlan {
  readonly standard: TlsFiles;
  readonly others: readonly TlsFiles[];
  readonly minVersion: TlsVersion;
}

export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface ServerPlan {
  readonly dataFolder: string;
  readonly policy: DirectoryPolicy;
  /** The name the server gives itself in greetings and trace fields. */
  readonly hostName: string;
  readonly listeners: readonly ListenerPlan[];
  /** Undefined where no listener offers TLS. */
  readonly tls: TlsPlan | undefined;
  /** Who takes mail for other domains; undefined when nobody does. */
  readonly smarthost: Smarthost | undefined;
  /** Where metrics and health are told over HTTP. */
  readonly status: readonly { readonly host: string; readonly port: number }[];
  readonly bounds: AcceptBounds;
  readonly sessionsPerAccountMax: number;
  readonly imapPatience: ImapPatience;
  readonly imapUnauthenticate: "offered" | "not-offered";
  readonly imapMessagesPerCommandMax: number;
  readonly pop3Patience: Pop3Patience;
  readonly pop3LoginDelaySeconds: number;
  readonly messageBytesMax: number;
  readonly expungedKeptDays: number;
}
