// The command line's end of the control socket: one request, its progress, its outcome.

import { connect, type Socket } from "node:net";
import { type ControlAnswer, type ControlFault, type ControlRequest, readAnswer } from "./control-message.ts";
import type { Outcome, Progress } from "./verb.ts";

export type ControlResult = { readonly outcome: Outcome } | { readonly fault: ControlFault };

/** A connection to a running server, or undefined when none listens there. Rejects when it may not be asked. */
export async function connectControl(path: string): Promise<Socket | undefined> {
  return await new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      // Nobody listens: no socket, or one that a killed server left.
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(undefined);
      else reject(error);
    });
  });
}

/** Asks and waits. Rejects when the server ends the connection before it has answered. */
export async function askControl(socket: Socket, request: ControlRequest, progress: Progress): Promise<ControlResult> {
  socket.write(`${JSON.stringify(request)}\n`);
  try {
    for await (const answer of answersOf(socket)) {
      if (!("progress" in answer)) return answer;
      progress(answer.progress.share, answer.progress.what);
    }
  } finally {
    socket.destroy();
  }
  throw new Error("the server ended the connection before it had answered");
}

async function* answersOf(socket: Socket): AsyncGenerator<ControlAnswer> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of socket) {
    if (!(chunk instanceof Uint8Array)) continue;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const answer = readAnswer(line);
      if (answer !== undefined) yield answer;
    }
  }
}
