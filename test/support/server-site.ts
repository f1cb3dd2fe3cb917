// A data folder with its configuration, on which the real server is started, killed and started again: what tests of
// crashes and of bad input need. `await using site = await ServerSite.prepare({ accounts: ["asha@example.org"] });`

import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openServices } from "../../src/app/services.ts";
import { usualPolicy } from "../../src/directory/directory-policy.ts";
import { makeTlsPair } from "./certificates.ts";
import { freePort } from "./free-port.ts";
import { type Ended, runDakghar } from "./run-dakghar.ts";
import { rootDir } from "./source-tree.ts";
import { tempDir } from "./temp-dir.ts";
import type { WireEnd } from "./wire-client.ts";

const portNames = ["imap", "imaps", "pop3", "pop3s", "submission", "submissions", "smtp", "status"] as const;
type PortName = (typeof portNames)[number];

/** Of every account. */
export const sitePassword = "correct horse battery staple";

export interface SiteWish {
  readonly accounts: readonly string[];
  readonly logLevel?: "debug" | "info" | "warn";
  /** Settings of the section `limits`: `loginWait = "5s"`. */
  readonly limits?: string;
  /** More TOML, for the end of the configuration. */
  readonly more?: string;
  /** A folder that stays when the site goes. */
  readonly folder?: string;
}

export interface StartWish {
  readonly env?: Readonly<Record<string, string>>;
  /** The server as an argument of this: `prlimit --nofile=64`. */
  readonly under?: readonly string[];
  readonly nodeOptions?: readonly string[];
}

export class ServerSite implements AsyncDisposable {
  readonly folder: string;
  readonly #scope: AsyncDisposableStack;
  readonly #wish: SiteWish;
  #ports: ReadonlyMap<PortName, number> = new Map();

  private constructor(folder: string, wish: SiteWish, scope: AsyncDisposableStack) {
    this.folder = folder;
    this.#wish = wish;
    this.#scope = scope;
  }

  static async prepare(wish: SiteWish): Promise<ServerSite> {
    await using scope = new AsyncDisposableStack();
    const folder = wish.folder ?? scope.use(await tempDir()).path;
    const { certificate, key } = makeTlsPair({ names: ["localhost"] });
    await writeFile(join(folder, "certificate.pem"), certificate);
    await writeFile(join(folder, "key.pem"), key, { mode: 0o600 });
    const site = new ServerSite(folder, wish, scope.move());
    await site.#configure();
    await site.#furnish();
    return site;
  }

  // As `dakghar domain add` and `dakghar account add` do it, without a process for each.
  async #furnish(): Promise<void> {
    const { accounts } = this.#wish;
    await using services = await openServices({
      dataFolder: this.dataFolder,
      holder: "a test",
      policy: usualPolicy,
      hooks: {},
      attempted: () => undefined,
    });
    const { directory, mail } = services;
    for (const domain of new Set(accounts.map((address) => address.slice(address.indexOf("@") + 1))))
      await directory.addDomain(domain);
    for (const address of accounts) {
      const id = directory.newAccountId();
      await mail.create(id);
      await directory.addAccount({ id, address, displayName: "", password: sitePassword });
    }
  }

  get #configFile(): string {
    return join(this.folder, "dakghar.toml");
  }

  get dataFolder(): string {
    return join(this.folder, "data");
  }

  /** Where a protocol is served; TLS from the first byte where the name ends in s. */
  at(name: PortName): { readonly port: number; readonly tls: boolean } {
    return { port: this.#ports.get(name) ?? 0, tls: name.endsWith("s") && name !== "status" };
  }

  get lmtp(): WireEnd {
    return { path: join(this.folder, "lmtp.sock") };
  }

  /** `dakghar WORDS` on this site; it must go well. */
  async dakghar(words: string, input = ""): Promise<Ended> {
    const ended = await this.tryDakghar(words, input);
    if (ended.code !== 0) throw new Error(`dakghar ${words} ended with ${ended.code}:\n${ended.out}${ended.err}`);
    return ended;
  }

  tryDakghar(words: string, input = ""): Promise<Ended> {
    return runDakghar([...words.split(" "), "--config", this.#configFile], { input });
  }

  /** Starts the server, on ports of its own. Throws StartFailed when it ends before it is ready. */
  async start(wish: StartWish = {}): Promise<SiteServer> {
    for (let tried = 1; ; tried++) {
      await this.#configure();
      const server = new SiteServer(this.#configFile, wish);
      try {
        await server.ready;
        return server;
      } catch (error) {
        // Other tests look for ports at the same time.
        if (tried >= startsMax || !server.output().includes("something else listens there")) throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }

  // Each start gets free ports, since those of the last one may have been taken meanwhile.
  async #configure(): Promise<void> {
    const ports = new Map<PortName, number>();
    for (const name of portNames) ports.set(name, await freePort(new Set(ports.values())));
    this.#ports = ports;
    const listeners = portNames.map((name) => `${name} = { addresses = ["127.0.0.1"], port = ${ports.get(name)} }\n`);
    await writeFile(
      this.#configFile,
      `hostname = "localhost"
data = "data"

[tls]
certificate = "certificate.pem"
key = "key.pem"

[log]
level = "${this.#wish.logLevel ?? "info"}"

[limits]
sessionsPerAccount = 10000
${this.#wish.limits ?? ""}

[listeners]
${listeners.join("")}lmtp = { enabled = true, path = "lmtp.sock" }

${this.#wish.more ?? ""}
`,
    );
  }
}

const startsMax = 5;

/** It ended before it was ready. */
export class StartFailed extends Error {
  constructor(output: string) {
    super(`the server did not start:\n${output}`);
    this.name = "StartFailed";
  }
}

export class SiteServer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #output: string[] = [];
  #taken = 0;
  /** Resolves with the exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  readonly ready: Promise<void>;
  #over = false;

  constructor(configFile: string, { env, under = [], nodeOptions = [] }: StartWish) {
    const main = join(rootDir, "src/app/main.ts");
    const line = [...under, process.execPath, ...nodeOptions, main, "serve", "--config", configFile];
    const { DAKGHAR_CONFIG: _config, DAKGHAR_DATA: _data, ...inherited } = process.env;
    const child = spawn(line[0] ?? "", line.slice(1), {
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        this.#over = true;
        resolve(code);
      });
    });
    this.ready = new Promise((resolve, reject) => {
      const hear = (text: string): void => {
        this.#output.push(text);
        if (text.includes("the server is ready")) resolve();
      };
      child.stdout?.setEncoding("utf8").on("data", hear);
      child.stderr?.setEncoding("utf8").on("data", hear);
      const failed = (): void => reject(new StartFailed(this.output()));
      void this.ended.then(failed, failed);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get over(): boolean {
    return this.#over;
  }

  /** What it has written: its log. */
  output(): string {
    return this.#output.join("");
  }

  /** What it has written since this was last asked. */
  takeOutput(): string {
    const fresh = this.#output.slice(this.#taken).join("");
    this.#taken = this.#output.length;
    return fresh;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** kill -9; resolves once it is gone. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  /** SIGTERM; resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    return await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
