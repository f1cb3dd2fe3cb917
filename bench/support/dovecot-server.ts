// Debian's Dovecot (dovecot-imapd, -pop3d, -lmtpd) as a server of its own in a temporary folder, set up as one would for
// speed and safety: login processes and mail processes that serve many connections, cached authentication with a cheap
// scheme, and mdbox, which was the fastest of maildir, sdbox and mdbox at appending (0.5 ms of CPU beside 1.0 and 0.9),
// with the default mail_fsync, which flushes a message before OK and leaves flag changes to the kernel.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../test/support/free-port.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import type { Account, BenchServer } from "./bench-server.ts";

export interface DovecotOptions {
  readonly format?: "maildir" | "sdbox" | "mdbox";
  /** Stores messages with CRLF, so that sending them needs no conversion. */
  readonly saveCrlf?: "yes" | "no";
  /** How many connections an imap or pop3 process serves before it ends; Dovecot's default is 1. */
  readonly connectionsPerProcess?: number;
  /** "reused" is what Dovecot's documentation calls the high-performance mode; "one-connection" is its default. */
  readonly loginProcesses?: "reused" | "one-connection";
  /** Moves idling connections into one process after this long. */
  readonly hibernateMs?: number;
  /**
   * "each" gives every account a user of its own in the system, which needs root: Linux lets one user watch 128 folders at
   * once unless told otherwise, and a connection that watches nothing is not moved.
   */
  readonly systemUsers?: "shared" | "each";
  readonly tls: TlsFiles;
}

export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  readonly host: string;
}

const accountsMax = 2_000;
const password = "correct-horse";

export async function startDovecot(options: DovecotOptions): Promise<BenchServer> {
  await using scope = new AsyncDisposableStack();
  const folder = scope.use(await tempDir()).path;
  chmodSync(folder, 0o755);
  const ports = { imap: await freePort(), imaps: await freePort(), pop3: await freePort(), lmtp: await freePort() };
  const root = userInfo().uid === 0;
  mkdirSync(join(folder, "home"), { mode: 0o777 });
  chmodSync(join(folder, "home"), 0o777);
  const users = Array.from({ length: accountsMax }, (_, at) => {
    const ids = options.systemUsers === "each" ? `${20_000 + at}:${20_000 + at}` : ":";
    return `u${at}@bench.example:{PLAIN}${password}:${ids}::${folder}/home/u${at}@bench.example\n`;
  });
  const passwordFile = join(folder, "passwd");
  writeFileSync(passwordFile, users.join(""), { mode: 0o644 });
  const configFile = join(folder, "dovecot.conf");
  writeFileSync(configFile, configuration({ folder, ports, root, options }));

  const child = spawn("dovecot", ["-F", "-c", configFile], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "close");
  scope.defer(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  if (child.pid === undefined) throw new Error("dovecot did not start");
  await listening(ports.imap);
  const running = scope.move();
  let taken = 0;
  const homeOf = (account: Account): string => join(folder, "home", account.user);
  const tls = { caFile: options.tls.caFile, host: options.tls.host };
  return {
    name: "dovecot",
    pid: child.pid,
    imap: { port: ports.imap },
    imaps: { port: ports.imaps, ...tls },
    pop3: { port: ports.pop3 },
    lmtp: { port: ports.lmtp },
    accounts: async (count) => {
      if (taken + count > accountsMax) throw new Error("too many accounts");
      const from = taken;
      taken += count;
      return Array.from({ length: count }, (_, at) => ({ user: `u${from + at}@bench.example`, password }));
    },
    // It has none without a plug-in.
    index: async () => undefined,
    // What Dovecot has parsed for FETCH it keeps in a file that it may lose at any time.
    forget: async (account) => {
      for (const path of globSync(`${homeOf(account)}/**/dovecot.index.cache`)) rmSync(path);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const socket = connect({ host: "127.0.0.1", port });
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(25);
  }
  throw new Error("dovecot does not listen");
}

interface Wish {
  readonly folder: string;
  readonly ports: Readonly<Record<"imap" | "imaps" | "pop3" | "lmtp", number>>;
  readonly root: boolean;
  readonly options: DovecotOptions;
}

function configuration({ folder, ports, root, options }: Wish): string {
  const me = userInfo().username;
  const mailUser = root ? "mail" : me;
  const served = options.connectionsPerProcess ?? 100;
  const loginServed = options.loginProcesses === "one-connection" ? 1 : 0;
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap pop3 lmtp
default_internal_user = ${root ? "dovecot" : me}
default_login_user = ${root ? "dovenull" : me}
default_internal_group = ${root ? "dovecot" : me}
ssl = yes
ssl_cert = <${options.tls.certificateFile}
ssl_key = <${options.tls.keyFile}
disable_plaintext_auth = no
mail_location = ${options.format ?? "mdbox"}:~/mail
mail_save_crlf = ${options.saveCrlf ?? "no"}
mail_uid = ${mailUser}
mail_gid = ${root ? "mail" : ""}
first_valid_uid = 1
mail_home = ${folder}/home/%u
mail_max_userip_connections = 5000
auth_cache_size = 16M
auth_cache_ttl = 1 hour
default_process_limit = 2000
default_client_limit = 16000
default_vsz_limit = 1G
${options.hibernateMs === undefined ? "" : `imap_hibernate_timeout = ${options.hibernateMs / 1_000}s`}
passdb {
  driver = passwd-file
  args = ${folder}/passwd
}
userdb {
  driver = passwd-file
  args = ${folder}/passwd
}
service imap-login {
  service_count = ${loginServed}
  process_min_avail = ${loginServed === 0 ? 2 : 0}
  inet_listener imap {
    address = 127.0.0.1
    port = ${ports.imap}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${ports.imaps}
    ssl = yes
  }
}
service pop3-login {
  service_count = ${loginServed}
  inet_listener pop3 {
    address = 127.0.0.1
    port = ${ports.pop3}
  }
  inet_listener pop3s {
    port = 0
  }
}
service imap {
  service_count = ${served}
  process_limit = 2000
  unix_listener imap-master {
    user = $default_internal_user
  }
}
service pop3 {
  service_count = ${served}
}
service lmtp {
  service_count = 0
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
protocol lmtp {
  postmaster_address = postmaster@bench.example
}
`;
}
