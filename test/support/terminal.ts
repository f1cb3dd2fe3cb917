// A program on a terminal of its own (tmux), as a person sits before it: keys go in, the screen is read back.

import { setTimeout as sleep } from "node:timers/promises";
import { runWell } from "./client-program.ts";

export interface Terminal extends AsyncDisposable {
  /** Presses keys: text is typed, names are tmux's (Enter, Escape, C-g). */
  press(...keys: readonly string[]): Promise<void>;
  /** Waits until the screen shows it; gives the screen. */
  shows(wanted: RegExp): Promise<string>;
  /** Resolves when the program has ended. */
  ended(): Promise<void>;
}

const patienceMs = 10_000;
const pollMs = 50;
let terminals = 0;

/** `home` holds its settings and is where it runs. */
export async function terminal(home: string, words: readonly string[]): Promise<Terminal> {
  const socket = `dakghar-test-${process.pid}-${++terminals}`;
  const tmux = (...args: readonly string[]): Promise<string> =>
    runWell("tmux", ["-L", socket, "-f", "/dev/null", ...args], { home, cwd: home, env: { TERM: "xterm-256color" } });
  // The terminal stays when the program ends, so that its last words can be read.
  await tmux("new-session", "-d", "-x", "160", "-y", "50", ...words, ";", "set", "-w", "remain-on-exit", "on");
  const screen = (): Promise<string> => tmux("capture-pane", "-p", "-t", ":0");
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (let waitedMs = 0; !(await holds()); waitedMs += pollMs) {
      if (waitedMs > patienceMs)
        throw new Error(`${words[0]} ${what} within ${patienceMs} ms; it shows:\n${await screen()}`);
      await sleep(pollMs);
    }
  };
  return {
    press: async (...keys) => {
      // A semicolon alone ends a command of tmux's.
      await tmux("send-keys", "-t", ":0", ...keys.map((key) => (key === ";" ? "\\;" : key)));
    },
    shows: async (wanted) => {
      let seen = "";
      await until(`did not show ${wanted}`, async () => wanted.test((seen = await screen())));
      return seen;
    },
    ended: () => until("did not end", async () => (await tmux("list-panes", "-F", "#{pane_dead}")).trim() === "1"),
    [Symbol.asyncDispose]: async () => {
      await tmux("kill-server");
    },
  };
}
