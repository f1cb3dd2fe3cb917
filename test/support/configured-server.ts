// The real server as someone sets it up who means it: a TOML file, certificates, a domain and accounts made with `dakghar`,
// mail from elsewhere over an LMTP socket. `await using server = await configuredServer(["asha@example.org"]);`

import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeTlsPair } from "./certificates.ts";
import { freePort } from "./free-port.ts";
import { type Ended, runDakghar } from "./run-dakghar.ts";
import { rootDir } from "./source-tree.ts";
import { tempDir } from "./temp-dir.ts";

const names = ["imap", "imaps", "pop3", "pop3s", "submission", "submissions", "smtp", "status"] as const;

export interface ConfiguredServer extends AsyncDisposable {
  /** The server is "localhost", as its certificate says. */
  readonly host: "localhost";
  /** The certificate, which signs itself. */
  readonly caFile: string;
  readonly ports: Readonly<Record<(typeof names)[number], number>>;
  readonly lmtpSocket: string;
  /** Of every account. */
  readonly password: string;
  output(): string;
  /** `dakghar WORDS --config FILE`; it must go well. */
  dakghar(words: string, input?: string): Promise<Ended>;
}

export async function configuredServer(accounts: readonly string[]): Promise<ConfiguredServer> {
  await using scope = new AsyncDisposableStack();
  const folder = scope.use(await tempDir()).path;
  const { certificate, key } = makeTlsPair({ names: ["localhost"] });
  const caFile = join(folder, "certificate.pem");
  await writeFile(caFile, certificate);
  await writeFile(join(folder, "key.pem"), key, { mode: 0o600 });
  const ports: Record<string, number> = {};
  for (const name of names) ports[name] = await freePort();
  const configFile = join(folder, "dakghar.toml");
  await writeFile(configFile, configuration(ports));

  const dakghar = async (words: string, input = ""): Promise<Ended> => {
    const ended = await runDakghar([...words.split(" "), "--config", configFile], { input });
    if (ended.code !== 0) throw new Error(`dakghar ${words} ended with ${ended.code}:\n${ended.out}${ended.err}`);
    return ended;
  };
  const password = "correct horse battery staple";
  // Before the server runs: the command works on the data folder itself, and the server finds what it made.
  for (const domain of new Set(accounts.map((address) => address.slice(address.indexOf("@") + 1))))
    await dakghar(`domain add ${domain}`);
  for (const address of accounts) await dakghar(`account add ${address} --password-stdin`, `${password}\n`);

  const output = await serve(scope, configFile);
  const running = scope.move();
  return {
    host: "localhost",
    caFile,
    ports: ports as ConfiguredServer["ports"],
    lmtpSocket: join(folder, "lmtp.sock"),
    password,
    output,
    dakghar,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function configuration(ports: Readonly<Record<string, number>>): string {
  const listeners = names.map((name) => `${name} = { addresses = ["127.0.0.1"], port = ${ports[name]} }\n`);
  return `hostname = "localhost"
data = "data"

[tls]
certificate = "certificate.pem"
key = "key.pem"

[listeners]
${listeners.join("")}lmtp = { enabled = true, path = "lmtp.sock" }
`;
}

async function serve(scope: AsyncDisposableStack, configFile: string): Promise<() => string> {
  const main = join(rootDir, "src/app/main.ts");
  const child = spawn(process.execPath, [main, "serve", "--config", configFile], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  scope.defer(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const state = { over: false };
  void ended.then(() => (state.over = true));
  while (!output.includes("the server is ready")) {
    if (state.over) throw new Error(`the server did not start:\n${output}`);
    await sleep(10);
  }
  return () => output;
}
