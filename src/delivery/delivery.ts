// Takes messages from adapters: decides where each recipient's mail goes, and has it on the disk there, in mailboxes or in
// the queue, before it says so (RFC 5321 6.1: a server that accepts "MUST NOT lose the message for frivolous reasons").

import type { Clock, Entropy } from "../base/clock.ts";
import { filingAtOnceMax, receivedHopsMax } from "../base/limits.ts";
import type { Directory } from "../directory/directory.ts";
import { formatDateTime } from "../mime/date-time.ts";
import type { AccountId } from "../model/ids.ts";
import type { DiskRoom } from "./disk-room.ts";
import type { Envelope, Origin, Reception, ReleaseRequest, ReversePath, Route, RoutedRecipient } from "./envelope.ts";
import { isOurFault, outcomeOf } from "./faults.ts";
import { type FilingPort, fileLetter } from "./file-letter.ts";
import { withHead } from "./headed-letter.ts";
import type { Letter } from "./letter.ts";
import { refuseLetter } from "./letter-refusal.ts";
import type { FutureRelease, Queue, QueuedRecipient } from "./queue.ts";
import type { ReportedRecipient } from "./report.ts";
import type { Reports } from "./reports.ts";
import { checkSender, routeOf } from "./routing.ts";
import { newsOf } from "./settlement.ts";
import type { LetterWriter, Spool } from "./spool.ts";
import { checkAuthors, completed } from "./submission.ts";
import {
  deliveredToField,
  fieldBytes,
  hasLooped,
  readTrace,
  receivedField,
  returnPathField,
  type Trace,
} from "./trace-fields.ts";

export interface DeliveryParts {
  readonly mail: FilingPort;
  readonly directory: Pick<Directory, "resolveRecipient" | "ownsAddress" | "account">;
  readonly queue: Queue;
  readonly reports: Reports;
  readonly spool: Spool;
  readonly room: Pick<DiskRoom, "check">;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** This server's name, for trace fields. */
  readonly host: string;
  /** Whether there is a way to other servers. */
  readonly smarthost: "configured" | "none";
  /** Told of errors that nobody waits for. */
  readonly failed: (error: unknown) => void;
}

/** A message that is all there. */
export interface Submission {
  readonly letter: Letter;
  readonly envelope: Envelope;
  readonly reception: Reception;
  readonly origin: Origin;
  /**
   * "each": the client hears of each recipient (LMTP). "whole": it hears one word for all (SMTP), so what only some
   * mailboxes could not take is tried again here.
   */
  readonly answers: "each" | "whole";
}

/** What a recipient's client is told: taken, or why not. */
export type Acceptance = { readonly kind: "accepted" } | { readonly kind: "refused"; readonly error: unknown };

export class Delivery {
  readonly #parts: DeliveryParts;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Throws recipient-unknown, relay-denied, address-invalid, store-unavailable. */
  route(address: string, origin: Origin): Promise<Route> {
    return routeOf(this.#parts, address, origin);
  }

  /** Throws sender-not-owned, store-unavailable. */
  checkSender(sender: ReversePath, origin: Origin): Promise<void> {
    return checkSender(this.#parts.directory, sender, origin);
  }

  /** Before a message is taken in. Throws disk-full, and queue-full where it could only go there. */
  async checkRoom(origin: Origin): Promise<void> {
    await this.#parts.room.check();
    // Mail from elsewhere is for mailboxes here: mail that cannot leave must not keep it out.
    if (origin.kind === "account") this.#checkQueueRoom();
  }

  /** What identifies the next message in logs, replies and trace fields. */
  freshId(): string {
    return this.#parts.entropy.bytes(9).toHex();
  }

  newLetter(): LetterWriter {
    return this.#parts.spool.newLetter();
  }

  /**
   * One acceptance for each recipient in their order, at least one of them accepted; on the disk when it resolves.
   * Throws when no recipient's mail was taken: ProblemRefusal, LetterRefusal.
   */
  async accept(submission: Submission): Promise<readonly Acceptance[]> {
    const letter = await this.#finalLetter(submission);
    if (submission.envelope.release !== undefined) return await this.#acceptForLater(letter, submission);
    const { recipients } = submission.envelope;
    const elsewhere = recipients.filter(({ route }) => route.kind === "smarthost");
    // First what needs no mailbox: should a mailbox fail, the queue is known to work.
    if (elsewhere.length > 0) this.#checkQueueRoom();
    if (elsewhere.length > 0) await this.#enqueue(letter, submission, elsewhere.map(freshly), "");
    const filed = await this.#file(letter, submission);
    const acceptances = recipients.map(({ route }) =>
      route.kind === "smarthost" ? accepted : (filed.get(route.account) ?? accepted),
    );
    if (acceptances.every(({ kind }) => kind === "refused")) throw firstError(acceptances);
    if (submission.answers === "whole") await this.#takeOver(letter, submission, acceptances);
    // The mail is delivered: what fails from here on is no reason to have it sent again.
    await this.#reportDelivered(letter, submission, acceptances).catch(this.#parts.failed);
    await this.#keepCopy(submission);
    return submission.answers === "each" ? acceptances : recipients.map(() => accepted);
  }

  /** RFC 4865: the queue has it until then, for mailboxes on this server too. */
  async #acceptForLater(letter: Letter, submission: Submission): Promise<readonly Acceptance[]> {
    const { recipients } = submission.envelope;
    this.#checkQueueRoom();
    const seen = new Set<AccountId>();
    const later: QueuedRecipient[] = [];
    for (const recipient of recipients) {
      const { route } = recipient;
      // An account gets a message once, however many of its addresses were given.
      if (route.kind === "account" && seen.has(route.account)) continue;
      if (route.kind === "account") seen.add(route.account);
      later.push({ ...recipient, route: route.kind, fault: undefined });
    }
    await this.#enqueue(letter, submission, later, "");
    await this.#keepCopy(submission);
    return recipients.map(() => accepted);
  }

  #checkQueueRoom(): void {
    if (this.#parts.queue.isFull) throw refuseLetter({ kind: "queue-full" });
  }

  /** The letter as everybody gets it, but for the fields that name the recipient. */
  async #finalLetter({ letter, envelope, reception, origin }: Submission): Promise<Letter> {
    const { host, directory } = this.#parts;
    const [only] = envelope.recipients.length === 1 ? envelope.recipients : [];
    const trace = receivedField(host, reception, only?.address);
    if (origin.kind === "stranger") return withHead(fieldBytes(trace), letter, 0);
    await checkAuthors(letter.header, (address) => directory.ownsAddress(origin.account, address));
    return completed(letter, { ...this.#completion(envelope, reception, origin), trace, bcc: "remove" });
  }

  #completion(envelope: Envelope, reception: Reception, origin: Extract<Origin, { kind: "account" }>) {
    return {
      author: envelope.sender === "" ? origin.address : envelope.sender,
      date: formatDateTime(reception.receivedAtMs, 0),
      messageId: `${reception.id}@${this.#parts.host}`,
    };
  }

  /** Files into each account once, however many of its addresses were given. */
  async #file(letter: Letter, submission: Submission): Promise<ReadonlyMap<AccountId, Acceptance>> {
    const { envelope, origin } = submission;
    const trace =
      origin.kind === "stranger" ? readTrace(submission.letter.header.text, submission.letter.header.fields) : noTrace;
    if (trace.hops > receivedHopsMax) throw refuseLetter({ kind: "mail-loop" });
    const first = new Map<AccountId, RoutedRecipient>();
    for (const recipient of envelope.recipients) {
      const { route } = recipient;
      if (route.kind === "account" && !first.has(route.account)) first.set(route.account, recipient);
    }
    const results = new Map<AccountId, Acceptance>();
    const waiting = first.entries();
    const worker = async (): Promise<void> => {
      for (const [account, { address }] of waiting) {
        results.set(account, await this.#fileOne(letter, submission, { account, address, trace }));
      }
    };
    await Promise.all(Array.from({ length: Math.min(filingAtOnceMax, first.size) }, worker));
    return results;
  }

  async #fileOne(
    letter: Letter,
    { envelope, reception }: Submission,
    { account, address, trace }: { readonly account: AccountId; readonly address: string; readonly trace: Trace },
  ): Promise<Acceptance> {
    try {
      if (hasLooped(trace, address)) throw refuseLetter({ kind: "mail-loop" });
      const head = fieldBytes(returnPathField(envelope.sender) + deliveredToField(address));
      await fileLetter(this.#parts.mail, withHead(head, letter, 0), {
        account,
        to: "inbox",
        internalDateMs: reception.receivedAtMs,
      });
      return accepted;
    } catch (error) {
      return { kind: "refused", error };
    }
  }

  /** Some mailboxes took it and some did not, and the client is told one thing: the rest is ours to do now. */
  async #takeOver(letter: Letter, submission: Submission, acceptances: readonly Acceptance[]): Promise<void> {
    const again: QueuedRecipient[] = [];
    const news: ReportedRecipient[] = [];
    const seen = new Set<AccountId>();
    for (const [at, recipient] of submission.envelope.recipients.entries()) {
      const acceptance = acceptances[at];
      if (acceptance?.kind !== "refused" || recipient.route.kind !== "account") continue;
      if (seen.has(recipient.route.account)) continue;
      seen.add(recipient.route.account);
      if (isOurFault(acceptance.error)) this.#parts.failed(acceptance.error);
      const outcome = outcomeOf(acceptance.error);
      if (outcome.kind === "deferred") {
        again.push({ ...recipient, route: "account", fault: outcome.fault });
      } else {
        const failed = newsOf(recipient, "failed", outcome.fault, undefined);
        if (failed !== undefined) news.push(failed);
      }
    }
    if (again.length > 0) await this.#enqueue(letter, submission, again, ".again");
    await this.#report(letter, submission, news);
  }

  /** RFC 3461 5.2.3: who asked to hear of success does. */
  async #reportDelivered(letter: Letter, submission: Submission, acceptances: readonly Acceptance[]): Promise<void> {
    const { recipients } = submission.envelope;
    const delivered = recipients.filter(
      ({ route }, at) => route.kind === "account" && acceptances[at]?.kind === "accepted",
    );
    const news = delivered.map((recipient) => newsOf(recipient, "delivered", undefined, undefined));
    await this.#report(
      letter,
      submission,
      news.filter((one) => one !== undefined),
    );
  }

  async #report(
    letter: Letter,
    { envelope, reception }: Submission,
    news: readonly ReportedRecipient[],
  ): Promise<void> {
    const { reports, queue } = this.#parts;
    const { sender, envelopeId, returned } = envelope;
    const arrivedAtMs = reception.receivedAtMs;
    const subject = {
      letter,
      sender,
      envelopeId,
      returned,
      arrivedAtMs,
      triedFromMs: arrivedAtMs,
      releaseRequest: undefined,
    };
    await queue.putReports(await reports.about(subject, news));
  }

  /** `suffix` sets apart what one message puts into the queue twice. */
  async #enqueue(
    letter: Letter,
    { envelope, origin, reception }: Submission,
    recipients: readonly QueuedRecipient[],
    suffix: "" | ".again",
  ): Promise<void> {
    const { sender, returned, envelopeId, international } = envelope;
    const account = origin.kind === "account" ? origin.account : undefined;
    const name = `${reception.id}${suffix}`;
    const release = suffix === "" ? futureRelease(envelope.release, reception.receivedAtMs) : undefined;
    const order = { name, sender, account, returned, envelopeId, international, release, recipients };
    await this.#parts.queue.put(letter, order);
  }

  /** A copy that the sender's mailbox has no room for is not made: the message is on its way all the same. */
  async #keepCopy(submission: Submission): Promise<void> {
    await this.#copyToSent(submission).catch((error: unknown) => {
      if (isOurFault(error)) this.#parts.failed(error);
    });
  }

  /** As it was sent, with Bcc, and read: what the sender's own program would have filed. */
  async #copyToSent({ letter, envelope, reception, origin }: Submission): Promise<void> {
    if (origin.kind === "stranger") return;
    const { directory, mail } = this.#parts;
    const { settings } = await directory.account(origin.account);
    if (!settings.copySent) return;
    const copy = completed(letter, { ...this.#completion(envelope, reception, origin), trace: "", bcc: "keep" });
    const { account } = origin;
    await fileLetter(mail, copy, { account, to: "sent", internalDateMs: reception.receivedAtMs });
  }
}

const accepted: Acceptance = { kind: "accepted" };
const noTrace: Trace = { hops: 0, deliveredTo: new Set() };

function freshly(recipient: RoutedRecipient): QueuedRecipient {
  return { ...recipient, route: "smarthost", fault: undefined };
}

function futureRelease(asked: ReleaseRequest | undefined, receivedAtMs: number): FutureRelease | undefined {
  if (asked === undefined) return undefined;
  if (asked.kind === "for") return { atMs: receivedAtMs + asked.seconds * 1_000, request: `for; ${asked.seconds}` };
  return { atMs: asked.atMs, request: `until; ${new Date(asked.atMs).toISOString()}` };
}

function firstError(acceptances: readonly Acceptance[]): unknown {
  for (const acceptance of acceptances) if (acceptance.kind === "refused") return acceptance.error;
  return new Error("a message has recipients");
}
