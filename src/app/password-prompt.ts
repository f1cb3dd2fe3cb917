// Passwords and yes-or-no from a terminal, or a password from standard input: never from the command line.

import { createInterface } from "node:readline/promises";
import { credentialBytesMax } from "../base/limits.ts";

/** The first line of standard input, without its line end. */
export async function passwordFromInput(input: NodeJS.ReadStream): Promise<string> {
  let text = "";
  input.setEncoding("utf8");
  for await (const chunk of input) {
    text += String(chunk);
    if (text.includes("\n") || text.length > credentialBytesMax) break;
  }
  return (text.split("\n", 1)[0] ?? "").replace(/\r$/, "");
}

/** Asked twice without echo; undefined when nothing is typed. Asks again while the two differ. */
export async function newPasswordFromTerminal(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<string | undefined> {
  for (;;) {
    const password = await askHidden("New password (empty: one is made): ", input, output);
    if (password === "") return undefined;
    if ((await askHidden("The same again: ", input, output)) === password) return password;
    output.write("The two differ.\n");
  }
}

export async function confirmed(
  question: string,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<"yes" | "no"> {
  const lines = createInterface({ input, output });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  return /^y(?:es)?$/i.test(answer.trim()) ? "yes" : "no";
}

async function askHidden(question: string, input: NodeJS.ReadStream, output: NodeJS.WriteStream): Promise<string> {
  output.write(question);
  input.setRawMode(true);
  input.setEncoding("utf8");
  let typed = "";
  try {
    for await (const chunk of input.iterator({ destroyOnReturn: false })) {
      for (const character of String(chunk)) {
        if (character === "\r" || character === "\n" || character === "\u0004") return typed;
        // Ctrl-C in raw mode is a character like any other.
        if (character === "\u0003") process.exit(130);
        if (character === "\u007f" || character === "\b") typed = typed.replace(/.$/su, "");
        else typed += character;
      }
    }
    return typed;
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write("\n");
  }
}
