// Reads a transcript: what is in the account, what each client says, what it must hear. test/transcripts/README.md tells
// the form in full.

import type { QuotaChange } from "../../src/model/quota.ts";
import type { Policy, Protocol } from "./post-office.ts";
import { usualPolicy } from "./post-office.ts";
import { octetText } from "./transcript-pattern.ts";

/** The name before "@example.org". */
export type Owner = string;

export type Fixture = { readonly owner: Owner } & (
  | { readonly kind: "messages"; readonly count: number; readonly mailbox: string; readonly flags: readonly string[] }
  /** `text` is an octet string. */
  | { readonly kind: "message"; readonly text: string; readonly mailbox: string; readonly flags: readonly string[] }
  | { readonly kind: "file"; readonly path: string; readonly mailbox: string; readonly flags: readonly string[] }
  | { readonly kind: "mailbox"; readonly name: string }
  | { readonly kind: "pop3Deletion"; readonly deletion: "expunge" | "trash" }
  | { readonly kind: "quota"; readonly change: QuotaChange }
  | { readonly kind: "without"; readonly capabilities: readonly string[] }
  | { readonly kind: "disabled" }
  | { readonly kind: "administrator" }
  | { readonly kind: "empty" }
);

export interface Say {
  readonly kind: "say";
  readonly preamble: readonly string[];
  readonly text: string;
  /** Sends just these octets, escapes read; else a line. */
  readonly raw: boolean;
}

export interface Expect {
  readonly kind: "expect";
  readonly text: string;
  /** "elided": a beginning, with "..." for what does not matter. "exact": a whole line. "raw": octets, escapes read. */
  readonly match: "elided" | "exact" | "raw";
}

type Dialogue = Say | Expect | { readonly kind: "closed" } | { readonly kind: "act"; readonly action: Action };

export type Step = Dialogue & { readonly session: string; readonly line: number };

/** "tls": the client's handshake. "deflate": it compresses, and is answered so. "drop": the link is cut. "end": the client has said all. "connect": nothing more. */
export type Action = "tls" | "deflate" | "drop" | "end" | "connect";

export interface Transcript {
  readonly path: string;
  readonly title: string;
  readonly protocols: ReadonlyMap<string, Protocol>;
  readonly policy: Policy;
  readonly fixtures: readonly Fixture[];
  readonly pipelined: boolean;
  readonly steps: readonly Step[];
}

const numbers: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5 };

export function parseTranscript(path: string, protocol: Protocol, source: string): Transcript {
  const lines = source.split("\n");
  const steps: Step[] = [];
  const fixtures: Fixture[] = [];
  const protocols = new Map<string, Protocol>();
  let policy = usualPolicy;
  let title = "";
  let pipelined = false;
  let usual = protocol;
  for (let at = 0; at < lines.length; at++) {
    const raw = lines[at] ?? "";
    const here = `${path}:${at + 1}`;
    if (/^\s*(?:#|$)/.test(raw)) {
      if (title === "") title = raw.replace(/^\s*#\s*/, "").trim();
      continue;
    }
    const dialogue = /^([A-Z])([:><=~!])(?: (.*))?$/.exec(raw);
    if (dialogue !== null) {
      const [, session = "", mark = "", text = ""] = dialogue;
      steps.push({ session, line: at + 1, ...dialogueStep(mark, text, here) });
      continue;
    }
    const header = /^(account|server|session|protocol|pipelined)(?: ([^:]+))?: *(.*)$/.exec(withoutComment(raw));
    if (header === null) throw new Error(`${here} is no line of a transcript: ${raw}`);
    const [, key = "", name, value = ""] = header;
    if (key === "account") {
      const heredoc = /^(.*) <<(\w+)$/.exec(value);
      if (heredoc === null) {
        fixtures.push(fixture(name ?? "alice", value, here));
        continue;
      }
      const end = lines.indexOf(heredoc[2] ?? "", at);
      if (end === -1) throw new Error(`${here} has no end`);
      const text = octetText(
        lines
          .slice(at + 1, end)
          .map((line) => `${line}\r\n`)
          .join(""),
      );
      fixtures.push({ owner: name ?? "alice", kind: "message", text, ...place(heredoc[1] ?? "", here) });
      at = end;
    } else if (key === "server") policy = { ...policy, ...policyChange(value, here) };
    else if (key === "pipelined") pipelined = value === "yes";
    else if (key === "session") protocols.set(name ?? "", protocolNamed(value, here));
    else usual = protocolNamed(value, here);
  }
  for (const { session } of steps) if (!protocols.has(session)) protocols.set(session, usual);
  return { path, title, protocols, policy, fixtures, pipelined, steps };
}

function dialogueStep(mark: string, whole: string, here: string): Dialogue {
  if (mark === "=") return { kind: "expect", text: whole, match: "exact" };
  if (mark === "~") return { kind: "expect", text: whole, match: "raw" };
  if (mark === ">") return { kind: "say", preamble: [], text: whole, raw: true };
  const text = withoutComment(whole);
  if (mark === "<") return text === "(closed)" ? { kind: "closed" } : { kind: "expect", text, match: "elided" };
  if (mark === "!") {
    if (text === "tls" || text === "deflate" || text === "drop" || text === "end" || text === "connect")
      return { kind: "act", action: text };
    throw new Error(`${here}: no such action: ${text}`);
  }
  const preamble: string[] = [];
  let rest = text;
  for (let found = leading.exec(rest); found !== null; found = leading.exec(rest)) {
    preamble.push(found[1] ?? "");
    rest = rest.slice(found[0].length);
  }
  return { kind: "say", preamble, text: rest, raw: false };
}

const leading = /^\(([^()]*)\) ?/;

/** A comment begins with two spaces and "#". */
function withoutComment(text: string): string {
  return text.replace(/ {2,}# .*$/, "").trimEnd();
}

function fixture(owner: Owner, value: string, here: string): Fixture {
  if (value === "empty") return { owner, kind: "empty" };
  if (value === "disabled") return { owner, kind: "disabled" };
  if (value === "administrator") return { owner, kind: "administrator" };
  const quota = /^quota (bytes|messages|mailboxes) (\d+)$/.exec(value);
  if (quota !== null) return { owner, kind: "quota", change: { [quota[1] ?? ""]: Number(quota[2]) } };
  const deletion = /^pop3Deletion (expunge|trash)$/.exec(value);
  if (deletion !== null)
    return { owner, kind: "pop3Deletion", deletion: deletion[1] === "trash" ? "trash" : "expunge" };
  const without = /^without (.+)$/.exec(value);
  if (without !== null) return { owner, kind: "without", capabilities: (without[1] ?? "").split(" ") };
  const mailbox = /^mailbox (.+)$/.exec(value);
  if (mailbox !== null) return { owner, kind: "mailbox", name: mailbox[1] ?? "" };
  const quoted = /^(message in .+?) "(.*)"$/.exec(value);
  if (quoted !== null) {
    return { owner, kind: "message", text: unescape(quoted[2] ?? ""), ...place(quoted[1] ?? "", here) };
  }
  const file = /^(message in .+?) from (\S+)$/.exec(value);
  if (file !== null) return { owner, kind: "file", path: file[2] ?? "", ...place(file[1] ?? "", here) };
  const many = /^(\w+) messages? in (.+)$/.exec(value);
  const count = numbers[many?.[1] ?? ""] ?? Number(many?.[1]);
  if (many === null || !Number.isInteger(count)) throw new Error(`${here}: no such fixture: ${value}`);
  return { owner, kind: "messages", count, ...place(`message in ${many[2] ?? ""}`, here) };
}

/** `message in INBOX flagged \Seen $Forwarded`. */
function place(text: string, here: string): { mailbox: string; flags: readonly string[] } {
  const found = /^message in (.+?)(?: flagged (.+))?$/.exec(text);
  if (found === null) throw new Error(`${here}: where is the message? ${text}`);
  return { mailbox: found[1] ?? "", flags: found[2]?.split(" ") ?? [] };
}

function policyChange(value: string, here: string): Partial<Policy> {
  const delay = /^login delay (\d+)$/.exec(value);
  if (delay !== null) return { loginDelaySeconds: Number(delay[1]) };
  const sessions = /^sessions per account (\d+)$/.exec(value);
  if (sessions !== null) return { sessionsPerAccountMax: Number(sessions[1]) };
  const messages = /^messages per command (\d+)$/.exec(value);
  if (messages !== null) return { messagesPerCommandMax: Number(messages[1]) };
  if (value === "passwords over TLS only") return { plaintext: "refused" };
  if (value === "unauthenticate offered") return { unauthenticate: "offered" };
  if (value === "no certificate") return { tls: "absent" };
  throw new Error(`${here}: no such policy: ${value}`);
}

function protocolNamed(value: string, here: string): Protocol {
  if (value === "pop3" || value === "imap" || value === "smtp" || value === "submission" || value === "lmtp")
    return value;
  throw new Error(`${here}: no such protocol: ${value}`);
}

/** An octet string: `\r \n \t \0 \\ \"` and `\xHH`; other characters are UTF-8. */
export function unescape(text: string): string {
  return octetText(text).replace(
    /\\(?:x([0-9A-Fa-f]{2})|(.))/g,
    (_, hex: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return { r: "\r", n: "\n", t: "\t", "0": "\0" }[letter ?? ""] ?? letter ?? "";
    },
  );
}
