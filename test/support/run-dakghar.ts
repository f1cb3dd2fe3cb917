// The program in a process of its own, to its end.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { rootDir } from "./source-tree.ts";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `words` as a shell would cut them; one text is cut at its spaces. */
export async function runDakghar(
  words: string | readonly string[],
  options: { readonly dataDir?: string; readonly input?: string; readonly cwd?: string } = {},
): Promise<Ended> {
  const args = typeof words === "string" ? words.split(" ") : words;
  const { DAKGHAR_CONFIG: _config, DAKGHAR_DATA: _data, ...inherited } = process.env;
  const env = options.dataDir === undefined ? inherited : { ...inherited, DAKGHAR_DATA: options.dataDir };
  const child = spawn(process.execPath, [join(rootDir, "src/app/main.ts"), ...args], { env, cwd: options.cwd });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, out, err };
}
