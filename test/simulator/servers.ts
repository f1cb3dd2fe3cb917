// The servers of all protocols over one mail service.

import type { Clock } from "../../src/base/clock.ts";
import { messageBytesMax } from "../../src/base/limits.ts";
import { Delivery } from "../../src/delivery/delivery.ts";
import { Queue } from "../../src/delivery/queue.ts";
import { Reports } from "../../src/delivery/reports.ts";
import { Spool } from "../../src/delivery/spool.ts";
import { AccountSessions } from "../../src/directory/account-sessions.ts";
import { usualImapPatience } from "../../src/imap/patience.ts";
import { ImapServer } from "../../src/imap/server.ts";
import type { MailService } from "../../src/mailbox/mail-service.ts";
import type { OpenMailbox } from "../../src/mailbox/open-mailbox.ts";
import type { SharingService } from "../../src/mailbox/sharing/sharing-service.ts";
import type { Connection } from "../../src/net/connection.ts";
import { usualPop3Patience } from "../../src/pop3/patience.ts";
import { Pop3Server } from "../../src/pop3/server.ts";
import { SmtpServer } from "../../src/smtp/server.ts";
import type { SmtpService } from "../../src/smtp/session.ts";
import type { Database } from "../../src/store/store.ts";
import type { MemoryDirectory } from "../support/memory-directory.ts";
import { overlaid } from "./overlay.ts";

export type Protocol = "imap" | "pop3" | "lmtp" | "smtp";

/** Breaks what adapters have of an open mailbox, on purpose: see mutants.ts. */
export type Mutation = (mailbox: OpenMailbox) => OpenMailbox;

export interface ServerParts {
  readonly service: MailService;
  readonly sharing: SharingService;
  readonly directory: MemoryDirectory;
  /** Of the queue. */
  readonly database: Database;
  readonly clock: Clock;
  readonly messagesPerCommandMax: number;
  readonly mutation: Mutation;
  /** Hears of bugs. */
  readonly failed: (error: unknown) => void;
}

const host = "mail.example.org";

export function serversOf(parts: ServerParts): Readonly<Record<Protocol, (connection: Connection) => Promise<void>>> {
  const { service, sharing, directory, clock, messagesPerCommandMax, mutation, failed } = parts;
  const common = {
    directory,
    clock,
    entropy: { bytes: (length: number) => new Uint8Array(length).fill(7) },
    startTls: undefined,
    plaintext: "allowed",
    sessions: new AccountSessions(100),
    report: (event: { readonly kind: string; readonly error?: unknown }): void => {
      if (event.kind === "bug" || event.kind === "store-fault") failed(event.error ?? event);
    },
  } as const;
  const imap = new ImapServer({
    ...common,
    mail: { open: async (account, address) => mutated(await sharing.open(account, address), mutation) },
    credentials: directory,
    patience: usualImapPatience,
    unauthenticate: "not-offered",
    messageBytesMax,
    messagesPerCommandMax,
  });
  const pop3 = new Pop3Server({
    ...common,
    mail: overlaid(service, { open: async (account) => mutated(await service.open(account), mutation) }),
    patience: usualPop3Patience,
    loginDelaySeconds: 0,
    preferredLanguage: "en",
    implementation: "Dakghar",
  });
  const delivery = deliveryOf(parts, common.entropy);
  const smtp = (kind: SmtpService) =>
    new SmtpServer({
      reportsReach: "accounts",
      ...common,
      service: kind,
      host,
      delivery,
      credentials: directory,
      messageBytesMax,
      errorDelayMs: 0,
    });
  return { imap: imap.serve, pop3: pop3.serve, lmtp: smtp("lmtp").serve, smtp: smtp("smtp").serve };
}

interface Opens {
  open(...args: Parameters<MailLease["open"]>): Promise<OpenMailbox>;
}

type MailLease = Awaited<ReturnType<MailService["open"]>>;

function mutated<T extends Opens>(lease: T, mutation: Mutation): T {
  const open: Opens["open"] = async (...args) => mutation(await lease.open(...args));
  return overlaid<T>(lease, { open } as Partial<T>);
}

function deliveryOf(
  { service, directory, database, clock, failed }: ServerParts,
  entropy: { bytes(length: number): Uint8Array },
): Delivery {
  // Small mail never gets there.
  const spool = new Spool("/nonexistent", messageBytesMax);
  const reports = new Reports({ clock, entropy, host, routeOf: async () => undefined, unreported: () => undefined });
  const queue = new Queue({ directory: database, spool, reports, clock, entropy, noted: () => undefined });
  return new Delivery({
    mail: service,
    directory,
    queue,
    reports,
    spool,
    room: { check: async () => undefined },
    clock,
    entropy,
    host,
    smarthost: "none",
    failed,
  });
}
