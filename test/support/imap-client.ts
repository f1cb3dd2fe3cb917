// A small IMAP client for tests (RFC 9051): commands in turn, untagged responses as they came. Literals go out without
// being asked for (LITERAL+), and come in beside the text that announces them.

import { WireClient, type WireEnd } from "./wire-client.ts";

/** One response line; where a literal stands, `text` has its announcement `{n}` and `literals` its octets, in order. */
export interface ImapResponse {
  readonly text: string;
  readonly literals: readonly Buffer[];
}

export interface ImapAnswer {
  readonly status: "OK" | "NO" | "BAD";
  /** What stands between the brackets of the completion; empty without. */
  readonly code: string;
  readonly text: string;
  readonly untagged: readonly ImapResponse[];
}

export class ImapClient implements Disposable {
  readonly wire: WireClient;
  #tag = 0;
  /** Hears every untagged response at once, those of commands too. */
  onUntagged: (response: ImapResponse) => void = () => undefined;

  private constructor(wire: WireClient) {
    this.wire = wire;
  }

  /** Resolves after the greeting. */
  static async connect(to: WireEnd, patienceMs?: number): Promise<ImapClient> {
    const wire = await WireClient.connect(to, patienceMs);
    const greeting = await wire.line();
    if (!greeting.startsWith("* OK ")) throw new Error(`greeted with ${greeting}`);
    return new ImapClient(wire);
  }

  static async logIn(to: WireEnd, user: string, password: string, patienceMs?: number): Promise<ImapClient> {
    const client = await ImapClient.connect(to, patienceMs);
    await client.ok(`LOGIN ${quoted(user)} ${quoted(password)}`);
    return client;
  }

  /** A command in pieces; octets go out as literals. */
  async run(...pieces: readonly (string | Uint8Array)[]): Promise<ImapAnswer> {
    const tag = this.send(...pieces);
    return await this.completion(tag);
  }

  /** Like `run`; throws unless it is answered OK. */
  async ok(...pieces: readonly (string | Uint8Array)[]): Promise<ImapAnswer> {
    const answer = await this.run(...pieces);
    if (answer.status === "OK") return answer;
    const command = pieces.map((piece) => (typeof piece === "string" ? piece : `{${piece.length}}`)).join("");
    throw new Error(`${command.slice(0, 200)} was answered ${answer.status} [${answer.code}] ${answer.text}`);
  }

  /** Sends without waiting; answers the tag. */
  send(...pieces: readonly (string | Uint8Array)[]): string {
    const tag = `t${++this.#tag}`;
    const parts = [Buffer.from(`${tag} `)];
    for (const piece of pieces) {
      if (typeof piece === "string") parts.push(Buffer.from(piece, "latin1"));
      else parts.push(Buffer.from(`{${piece.length}+}\r\n`), Buffer.from(piece));
    }
    void this.wire.send(Buffer.concat([...parts, Buffer.from("\r\n")]));
    return tag;
  }

  /** Waits for the command's completion. Throws WireClosed when the connection ends first. */
  async completion(tag: string): Promise<ImapAnswer> {
    const untagged: ImapResponse[] = [];
    for (;;) {
      const response = await this.response();
      if (response.text.startsWith("* ")) {
        untagged.push(response);
        this.onUntagged(response);
      }
      const found = completion.exec(response.text);
      if (found === null) continue;
      const [, heard, status = "", code = "", text = ""] = found;
      if (heard !== tag) throw new Error(`waited for ${tag}, heard ${response.text}`);
      if (status !== "OK" && status !== "NO" && status !== "BAD") throw new Error(`no status: ${response.text}`);
      return { status, code, text, untagged };
    }
  }

  /** The next response, tagged or not. */
  async response(): Promise<ImapResponse> {
    let text = "";
    const literals: Buffer[] = [];
    for (;;) {
      text += await this.wire.line();
      const announced = /\{(\d+)\}$/.exec(text);
      if (announced === null) return { text, literals };
      literals.push(await this.wire.octets(Number(announced[1])));
    }
  }

  [Symbol.dispose](): void {
    this.wire[Symbol.dispose]();
  }
}

const completion = /^(t\d+) (\w+) (?:\[([^\]]*)\] )?(.*)$/s;

export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
