// Dovecot's imap process (Debian's dovecot-imapd) over a Maildir of its own in a temporary folder, already logged in, on
// standard input and output: no network, no daemon. Under root it runs as `nobody`, since Dovecot serves no mail to root.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "./temp-dir.ts";

const program = "/usr/lib/dovecot/imap";
const nobody = 65_534;

export const dovecotIsThere = existsSync(program);

export interface DovecotMessage {
  readonly bytes: Uint8Array;
  readonly internalDateMs: number;
  /** As Maildir has them: D, F, R, S, T in that order. */
  readonly flags: string;
}

export class DovecotImap implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #scope: AsyncDisposable;
  #heard = "";
  #tags = 0;
  #wake: () => void = () => undefined;

  private constructor(child: ChildProcessWithoutNullStreams, scope: AsyncDisposable) {
    this.#child = child;
    this.#scope = scope;
    child.stdout.setEncoding("latin1");
    child.stdout.on("data", (text: string) => {
      this.#heard += text;
      this.#wake();
    });
    child.on("exit", () => this.#wake());
  }

  /** With these messages in INBOX, which is selected. */
  static async open(messages: readonly DovecotMessage[]): Promise<DovecotImap> {
    await using scope = new AsyncDisposableStack();
    const folder = scope.use(await tempDir()).path;
    chmodSync(folder, 0o755);
    const root = process.getuid?.() === 0;
    const give = (path: string): void => (root ? chownSync(path, nobody, nobody) : undefined);
    for (const name of ["mail", "mail/Maildir", "mail/Maildir/cur", "mail/Maildir/new", "mail/Maildir/tmp"]) {
      mkdirSync(join(folder, name));
      give(join(folder, name));
    }
    for (const [at, { bytes, flags, internalDateMs }] of messages.entries()) {
      const path = join(folder, `mail/Maildir/cur/${1_000_000 + at}.M1P1.host:2,${flags}`);
      writeFileSync(path, bytes);
      utimesSync(path, internalDateMs / 1_000, internalDateMs / 1_000);
      give(path);
    }
    const settings = {
      base_dir: `${folder}/run`,
      first_valid_uid: "1",
      mail_home: `${folder}/mail`,
      mail_location: `maildir:${folder}/mail/Maildir`,
      protocols: "imap",
      ssl: "no",
      state_dir: `${folder}/state`,
    };
    const lines = Object.entries(settings).map((setting) => `${setting.join(" = ")}\n`);
    writeFileSync(join(folder, "dovecot.conf"), lines.join(""));
    const child = spawn(program, ["-c", join(folder, "dovecot.conf")], {
      ...(root ? { uid: nobody, gid: nobody } : {}),
      env: { USER: "nobody", HOME: "/", TZ: "UTC" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const dovecot = new DovecotImap(child, scope.move());
    await dovecot.command("SELECT INBOX");
    return dovecot;
  }

  /** What is answered: the lines, the last one tagged. All octet strings. */
  async command(text: string): Promise<string[]> {
    const tag = `t${++this.#tags}`;
    this.#child.stdin.write(Buffer.from(`${tag} ${text}\r\n`, "latin1"));
    const end = new RegExp(`^${tag} .*\r\n`, "m");
    for (;;) {
      const found = end.exec(this.#heard);
      if (found !== null) {
        const heard = this.#heard.slice(0, found.index + found[0].length);
        this.#heard = this.#heard.slice(heard.length);
        return heard.trimEnd().split("\r\n");
      }
      if (this.#child.exitCode !== null) throw new Error(`Dovecot has ended: ${this.#heard.slice(-300)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** CPU that the process has used, in milliseconds. */
  get cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
    // Clock ticks of a hundredth of a second.
    return (Number(stat[11]) + Number(stat[12])) * 10;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "close");
    this.#child.stdin.end();
    await ended;
    await this.#scope[Symbol.asyncDispose]();
  }
}
