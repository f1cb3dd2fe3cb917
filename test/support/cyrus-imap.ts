// Cyrus (Debian's cyrus-imapd) with a configuration and a store of its own in a temporary folder, on a port of loopback, and one
// client that is logged in. Its master gives up root for `nobody`. Who logs in is let in by a socket that says OK to everybody,
// in the place of saslauthd.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, globSync, mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DovecotMessage } from "./dovecot-imap.ts";
import { freePort } from "./free-port.ts";
import { rootDir } from "./source-tree.ts";
import { tempDir } from "./temp-dir.ts";

/** Where test/conformance/unpack-cyrus.ts puts it. */
export const cyrusUnpacked = join(rootDir, "node_modules/.cache/cyrus");

/** The folder of its programs, installed or unpacked. */
export function cyrusPrograms(): string | undefined {
  const folders = ["/", cyrusUnpacked].map((root) => join(root, "usr/lib/cyrus/bin"));
  return folders.find((folder) => existsSync(join(folder, "imapd")));
}

/** Why it cannot be asked; false when it can. */
export function cyrusIsMissing(): string | false {
  if (cyrusPrograms() === undefined) return "Cyrus is not there; npm run conformance:cyrus fetches it";
  return process.getuid?.() === 0 ? false : "Cyrus begins as root and goes on as nobody";
}

const messagesAtOnce = 100;

const flagNames: Readonly<Record<string, string>> = {
  D: "\\Draft",
  F: "\\Flagged",
  R: "\\Answered",
  S: "\\Seen",
  T: "\\Deleted",
};
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const twoDigits = (value: number): string => String(value).padStart(2, "0");

function dateTime(ms: number): string {
  const at = new Date(ms);
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(twoDigits).join(":");
  return `${twoDigits(at.getUTCDate())}-${months[at.getUTCMonth()]}-${at.getUTCFullYear()} ${time} +0000`;
}

export class CyrusImap implements AsyncDisposable {
  readonly #scope: AsyncDisposable;
  readonly #socket: Socket;
  #heard = Buffer.alloc(0);
  #tags = 0;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket, scope: AsyncDisposable) {
    this.#socket = socket;
    this.#scope = scope;
    socket.on("data", (bytes: Buffer) => {
      this.#heard = Buffer.concat([this.#heard, bytes]);
      this.#wake();
    });
    socket.on("close", () => this.#wake());
    socket.on("error", () => undefined);
  }

  /** With these messages in INBOX, which is selected. */
  static async open(messages: readonly DovecotMessage[]): Promise<CyrusImap> {
    await using scope = new AsyncDisposableStack();
    const folder = scope.use(await tempDir()).path;
    const port = await freePort();
    configure(folder, port);
    scope.use(await letEverybodyIn(join(folder, "run/mux")));
    scope.use(master(folder));
    {
      await using admin = await CyrusImap.#logIn(port, "admin");
      await admin.command("CREATE user/test");
    }
    const cyrus = await CyrusImap.#logIn(port, "test", scope.move());
    for (let from = 0; from < messages.length; from += messagesAtOnce)
      await cyrus.#append(messages.slice(from, from + messagesAtOnce));
    await cyrus.command("SELECT INBOX");
    return cyrus;
  }

  /** Appends a message; false where Cyrus does not want it. */
  async take(bytes: Uint8Array): Promise<boolean> {
    const octets = Buffer.from(bytes).toString("latin1");
    const answer = (await this.command(`APPEND INBOX {${bytes.length}+}\r\n${octets}`)).at(-1) ?? "";
    return /^t\d+ OK/.test(answer);
  }

  /** Several at once (RFC 3502), since each command waits for the disk. */
  async #append(messages: readonly DovecotMessage[]): Promise<void> {
    const items = messages.map(({ bytes, flags, internalDateMs }) => {
      const names = Array.from(flags, (flag) => flagNames[flag]).join(" ");
      const octets = Buffer.from(bytes).toString("latin1");
      return ` (${names}) "${dateTime(internalDateMs)}" {${bytes.length}+}\r\n${octets}`;
    });
    const answer = (await this.command(`APPEND INBOX${items.join("")}`)).at(-1) ?? "";
    if (!/^t\d+ OK/.test(answer)) throw new Error(`Cyrus takes no message: ${answer}`);
  }

  /** As soon as the server takes connections. */
  static async #logIn(port: number, user: string, scope?: AsyncDisposable): Promise<CyrusImap> {
    for (let attempt = 0; ; attempt++) {
      const socket = connect(port, "127.0.0.1");
      try {
        await once(socket, "connect");
      } catch (error) {
        if (attempt >= 200) throw error;
        await sleep(50);
        continue;
      }
      const cyrus = new CyrusImap(socket, scope ?? new AsyncDisposableStack());
      await cyrus.command(`LOGIN ${user} x`);
      return cyrus;
    }
  }

  /** What is answered: the lines, the last one tagged, literals in their lines. All octet strings. */
  async command(text: string): Promise<string[]> {
    const tag = `t${++this.#tags}`;
    this.#socket.write(Buffer.from(`${tag} ${text}\r\n`, "latin1"));
    const end = new RegExp(`^${tag} .*\r\n`, "m");
    for (;;) {
      // A literal could only look like that on purpose.
      const tail = this.#heard.subarray(-1_000).toString("latin1");
      if (end.test(tail)) {
        const heard = this.#heard.toString("latin1");
        this.#heard = Buffer.alloc(0);
        return linesOf(heard);
      }
      if (this.#socket.closed) throw new Error(`Cyrus has ended: ${tail.slice(-300)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.#scope[Symbol.asyncDispose]();
  }
}

/** Lines of a reply; a line with literals is one. */
export function linesOf(heard: string): string[] {
  const lines: string[] = [];
  let start = 0;
  let at = 0;
  while (at < heard.length) {
    const end = heard.indexOf("\r\n", at);
    if (end < 0) break;
    const literal = /\{(\d+)\}$/.exec(heard.slice(at, end));
    if (literal !== null) at = end + 2 + Number(literal[1]);
    else {
      lines.push(heard.slice(start, end));
      at = end + 2;
      start = at;
    }
  }
  return lines;
}

function configure(folder: string, port: number): void {
  chmodSync(folder, 0o755);
  for (const name of [
    "run",
    "spool",
    "conf",
    ...["db", "proc", "socket", "log", "msg", "lock", "user"].map((one) => `conf/${one}`),
  ])
    mkdirSync(join(folder, name));
  const settings = {
    cyrus_user: "nobody",
    cyrus_group: "nogroup",
    configdirectory: `${folder}/conf`,
    "partition-default": `${folder}/spool`,
    defaultpartition: "default",
    admins: "admin",
    allowplaintext: "yes",
    sasl_mech_list: "PLAIN",
    sasl_pwcheck_method: "saslauthd",
    sasl_saslauthd_path: `${folder}/run/mux`,
    altnamespace: "yes",
    unixhierarchysep: "yes",
    // Else it writes X in the place of raw octets in headers.
    munge8bit: "no",
    reject8bit: "no",
    hashimapspool: "no",
    duplicatesuppression: "no",
    // As near to what the RFCs say as it can be: it would leave out accents, and make white space one.
    search_engine: "none",
    search_skipdiacrit: "no",
    search_whitespace: "keep",
    lmtpsocket: `${folder}/conf/socket/lmtp`,
    idlesocket: `${folder}/conf/socket/idle`,
    notifysocket: `${folder}/conf/socket/notify`,
  };
  const lines = Object.entries(settings).map((setting) => `${setting.join(": ")}\n`);
  writeFileSync(join(folder, "imapd.conf"), lines.join(""));
  const run = (name: string): string => `cmd="${cyrusPrograms() ?? ""}/${name} -C ${folder}/imapd.conf"`;
  writeFileSync(
    join(folder, "cyrus.conf"),
    `START {\n  recover ${run("ctl_cyrusdb").replace(/"$/, ' -r"')}\n}\n` +
      `SERVICES {\n  imap ${run("imapd")} listen="127.0.0.1:${port}" prefork=1\n}\n`,
  );
  execFileSync("chown", ["-R", "nobody:nogroup", folder]);
}

/** The protocol of saslauthd: whoever asks is told OK. */
async function letEverybodyIn(path: string): Promise<AsyncDisposable> {
  const server: Server = createServer((socket) => {
    socket.on("data", () => socket.end(Buffer.from([0, 2, 0x4f, 0x4b])));
    socket.on("error", () => undefined);
  });
  server.listen(path);
  await once(server, "listening");
  chmodSync(path, 0o777);
  return {
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

function master(folder: string): AsyncDisposable {
  const args = ["-C", `${folder}/imapd.conf`, "-M", `${folder}/cyrus.conf`, "-p", `${folder}/run/master.pid`, "-D"];
  const programs = cyrusPrograms() ?? "";
  // Where it is installed, these are where they are looked for anyway.
  const libraries = ["usr/lib", "lib"].flatMap((lib) => globSync(join(programs, "../../../..", lib, "*-linux-gnu")));
  const child: ChildProcess = spawn(join(programs, "master"), args, {
    detached: true,
    env: { TZ: "UTC", LD_LIBRARY_PATH: libraries.join(":") },
    stdio: "ignore",
  });
  return {
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      // It passes the signal on to its children.
      child.kill("SIGTERM");
      await ended;
    },
  };
}
