// All that an account holds, as an IMAP client finds it, with what must hold of it by itself: counters, UIDNEXT, modSeqs,
// and that a client which resynchronizes (RFC 7162) from what it knew comes to the same as one that reads everything.

import assert from "node:assert/strict";
import type { ImapClient, ImapResponse } from "../support/imap-client.ts";
import type { Ledger } from "./ledger.ts";
import { tokenOf } from "./letters.ts";
import { sortedFlags } from "./mailbox-world.ts";

export interface ReadMessage {
  readonly token: string;
  readonly flags: readonly string[];
}

export interface ReadMailbox {
  readonly validity: number;
  readonly uidNext: number;
  readonly highestModSeq: number;
  readonly subscribed: boolean;
  readonly messages: ReadonlyMap<number, ReadMessage>;
}

export type AccountReading = ReadonlyMap<string, ReadMailbox>;

/** A message that nobody of the load has written, such as the welcome. */
const stranger = "stranger";

export async function readAccount(
  client: ImapClient,
  { account, ledger, before }: { readonly account: string; readonly ledger: Ledger; readonly before: AccountReading },
): Promise<AccountReading> {
  await client.ok("ENABLE QRESYNC");
  const listed = await client.ok(
    'LIST "" "*" RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ SIZE))',
  );
  const subscribed = new Set<string>();
  const reading = new Map<string, ReadMailbox>();
  for (const { text } of listed.untagged) {
    const list = /^\* LIST \(([^)]*)\) "\/" (.+)$/.exec(text);
    if (list !== null) {
      if (list[1]?.includes("\\Subscribed") === true) subscribed.add(nameOf(list[2]));
      continue;
    }
    const status = /^\* STATUS (.+) \((.*)\)$/.exec(text);
    if (status === null) continue;
    const name = nameOf(status[1]);
    const counters = countersOf(status[2] ?? "");
    const key = { account, validity: counters("UIDVALIDITY") };
    const highestModSeq = counters("HIGHESTMODSEQ");
    assert.ok(
      highestModSeq >= ledger.highestHeard(key),
      `${account} ${name}: HIGHESTMODSEQ ${highestModSeq} is below ${ledger.highestHeard(key)}, which was told before`,
    );
    ledger.hear(key, highestModSeq);
    const past = [...before.values()].find(({ validity }) => validity === key.validity);
    const messages = await readMessages(client, { name, key, ledger, past, counters });
    reading.set(name, {
      validity: key.validity,
      uidNext: counters("UIDNEXT"),
      highestModSeq,
      subscribed: subscribed.has(name),
      messages,
    });
  }
  for (const { validity } of [...reading.values()].toSorted((one, other) => one.validity - other.validity))
    if (![...before.values()].some((old) => old.validity === validity)) ledger.born({ account, validity });
  return reading;
}

interface MailboxToRead {
  readonly name: string;
  readonly key: { readonly account: string; readonly validity: number };
  readonly ledger: Ledger;
  readonly past: ReadMailbox | undefined;
  readonly counters: (name: string) => number;
}

async function readMessages(client: ImapClient, mailbox: MailboxToRead): Promise<Map<number, ReadMessage>> {
  const { name, key, ledger, past, counters } = mailbox;
  const cursor = past === undefined ? "(CONDSTORE)" : `(QRESYNC (${past.validity} ${past.highestModSeq}))`;
  const resync = (await client.ok(`EXAMINE "${name}" ${cursor}`)).untagged;
  const messages = new Map<number, ReadMessage>();
  const modSeqs: number[] = [];
  let bytes = 0;
  for (const response of (await client.ok("UID FETCH 1:* (FLAGS MODSEQ BODY.PEEK[])")).untagged) {
    const fetched = readFetch(response);
    const [body] = response.literals;
    if (fetched === undefined || body === undefined) continue;
    const token = tokenOf(body) ?? stranger;
    if (token !== stranger) ledger.compare(token, body, token.startsWith("w") ? "filed" : "delivered");
    ledger.bind(key, fetched.uid, token);
    messages.set(fetched.uid, { token, flags: fetched.flags });
    modSeqs.push(fetched.modSeq);
    bytes += body.length;
  }
  const where = `${key.account} ${name}`;
  const unseen = [...messages.values()].filter(({ flags }) => !flags.includes("\\Seen")).length;
  assert.deepEqual(
    { messages: messages.size, unseen, bytes },
    { messages: counters("MESSAGES"), unseen: counters("UNSEEN"), bytes: counters("SIZE") },
    `${where}: the counters of STATUS and the messages differ`,
  );
  for (const uid of messages.keys()) assert.ok(uid < counters("UIDNEXT"), `${where}: UID ${uid} is not below UIDNEXT`);
  for (const modSeq of modSeqs) assert.ok(modSeq <= counters("HIGHESTMODSEQ"), `${where}: a modSeq above the highest`);
  if (past !== undefined) {
    assert.ok(counters("UIDNEXT") >= past.uidNext, `${where}: UIDNEXT went back`);
    assert.deepEqual(
      tellFlags(resynchronized(past, resync)),
      tellFlags(messages),
      `${where}: QRESYNC misses something`,
    );
  }
  return messages;
}

/** What a client that knew `past` knows after a SELECT with QRESYNC: RFC 7162 3.2.5. */
function resynchronized(
  past: ReadMailbox,
  answers: readonly ImapResponse[],
): Map<number, { flags: readonly string[] }> {
  const known = new Map<number, { flags: readonly string[] }>(past.messages);
  for (const response of answers) {
    const vanished = /^\* VANISHED \(EARLIER\) (\S+)$/.exec(response.text)?.[1];
    if (vanished !== undefined) for (const uid of uidsOf(vanished, past.uidNext)) known.delete(uid);
    const fetched = readFetch(response);
    if (fetched !== undefined) known.set(fetched.uid, { flags: fetched.flags });
  }
  return known;
}

function tellFlags(messages: ReadonlyMap<number, { readonly flags: readonly string[] }>): string[] {
  return [...messages].toSorted(([one], [other]) => one - other).map(([uid, { flags }]) => `${uid} ${flags.join(" ")}`);
}

export interface Fetched {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly modSeq: number;
}

export function readFetch({ text }: ImapResponse): Fetched | undefined {
  if (!/^\* \d+ FETCH /.test(text)) return undefined;
  const uid = /\bUID (\d+)/.exec(text)?.[1];
  const flags = /\bFLAGS \(([^)]*)\)/.exec(text)?.[1];
  const modSeq = /\bMODSEQ \((\d+)\)/.exec(text)?.[1];
  if (uid === undefined || flags === undefined) return undefined;
  return {
    uid: Number(uid),
    flags: sortedFlags(flags.split(" ").filter((flag) => flag !== "")),
    modSeq: Number(modSeq ?? 0),
  };
}

/** The numbers of a set, in its order (RFC 4315 3); those from `bound` on are left out. */
export function uidsOf(set: string, bound = Infinity): number[] {
  return set.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split(":").map(Number);
    return Array.from({ length: Math.max(0, Math.min(to, bound - 1) - from + 1) }, (_, at) => from + at);
  });
}

function nameOf(word = ""): string {
  return word.startsWith('"') ? word.slice(1, -1).replaceAll(/\\(["\\])/g, "$1") : word;
}

function countersOf(items: string): (name: string) => number {
  return (name) => {
    const value = new RegExp(`(?:^| )${name} (\\d+)`).exec(items)?.[1];
    assert.ok(value !== undefined, `STATUS has no ${name}: ${items}`);
    return Number(value);
  };
}
