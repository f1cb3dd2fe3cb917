// What does it cost to connect, log in, select an INBOX of 1,000 messages and log out? Sequentially, over ten accounts, as
// mail programs do every few minutes; and the same over TLS, with a handshake each. Passwords have been seen before, so
// that neither side hashes anything expensive.

import type { Account, BenchServer } from "./support/bench-server.ts";
import { fill } from "./support/fill-mailbox.ts";
import { ImapClient, numberAt } from "./support/imap-client.ts";
import { type Case, expect, type Question } from "./support/question.ts";
import { madeMessage } from "./support/seeded-mail.ts";
import type { Endpoint } from "./support/wire-socket.ts";

const messages = 1_000;

async function prepare(server: BenchServer, logins: number): Promise<readonly Case[]> {
  const accounts = await server.accounts(10);
  for (const account of accounts)
    await fill(server, account, { messages: Array.from({ length: messages }, (_, at) => madeMessage(at, 700)) });
  const over = (label: string, endpoint: Endpoint): Case => ({
    label,
    operation: "login",
    run: () => logIns(endpoint, accounts, logins),
  });
  return [
    over("connect, LOGIN, SELECT, LOGOUT", server.imap),
    over("connect, LOGIN, SELECT, LOGOUT over TLS", server.imaps),
  ];
}

async function logIns(endpoint: Endpoint, accounts: readonly Account[], operations: number) {
  for (let at = 0; at < operations; at++) {
    const account = accounts[at % accounts.length];
    if (account === undefined) throw new Error("no account");
    const client = await ImapClient.logIn(endpoint, account);
    let exists = -1;
    await client.run("SELECT INBOX", (response) => {
      if (response.includes(" EXISTS")) exists = numberAt(response, 2);
    });
    expect("EXISTS", exists, messages);
    await client.logOut();
  }
  return { operations };
}

export const login: Question = {
  name: "login",
  servers: "shared",
  prepare: (server, scale) => prepare(server, scale.of(300)),
};

/** Against Dovecot as it comes: a new process for each connection, and no login process that is used again. */
export const loginByProcess: Question = {
  name: "login-by-process",
  servers: "own",
  dovecot: { connectionsPerProcess: 1, loginProcesses: "one-connection" },
  prepare: async (server, scale) =>
    (await prepare(server, scale.of(100))).map((one) => ({ ...one, label: `${one.label} (Dovecot as it comes)` })),
};
