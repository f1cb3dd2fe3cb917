// Reports on delivery (RFC 3464 in the form of RFC 6522; RFC 6533 when an address is not ASCII): what failed, is late, or
// was delivered as asked. Sent with the null sender and marked as automatic (RFC 3834 5), so that nothing answers them.

import { concatBytes, utf8 } from "../base/bytes.ts";
import { bounceQuotedBytesMax } from "../base/limits.ts";
import { type ComposedBody, composeMessage, formatAddress } from "../mime/compose.ts";
import { formatDateTime } from "../mime/date-time.ts";
import { octets } from "../mime/octets.ts";
import type { Letter } from "./letter.ts";
import type { Fault, RemoteReply } from "./outcome.ts";

export interface ReportedRecipient {
  readonly address: string;
  readonly originalRecipient: string | undefined;
  /** RFC 3464 2.3.3. */
  readonly action: "failed" | "delayed" | "delivered" | "relayed";
  readonly fault: Fault | undefined;
  readonly remote: RemoteReply | undefined;
}

export interface ReportOrder {
  /** This server. */
  readonly host: string;
  /** Who gets it: the reverse-path of the message. */
  readonly to: string;
  readonly envelopeId: string | undefined;
  readonly returned: "FULL" | "HDRS" | undefined;
  readonly arrivedAtMs: number;
  /** RFC 4865: "for; 3600". */
  readonly releaseRequest: string | undefined;
  readonly nowMs: number;
  /** Until when delayed mail is tried. */
  readonly retryUntilMs: number;
  readonly recipients: readonly ReportedRecipient[];
  /** Unpredictable letters and digits. */
  readonly id: string;
}

/** A report on one message; all its recipients have the same kind of news. */
export async function composeReport(letter: Letter, order: ReportOrder): Promise<Uint8Array> {
  const international = order.recipients.some(({ address }) => !isAscii(address)) || !isAscii(order.to);
  const news = order.recipients[0]?.action ?? "failed";
  return composeMessage({
    from: { name: "Mail delivery", address: `MAILER-DAEMON@${order.host}` },
    to: isPlain(order.to) ? [{ name: null, address: order.to }] : [],
    subject: subjects[news],
    sentAtMs: order.nowMs,
    messageId: `${order.id}@${order.host}`,
    fields: [["Auto-Submitted", "auto-replied"]],
    body: {
      kind: "multipart",
      subtype: "report",
      parameters: { "report-type": international ? "global-delivery-status" : "delivery-status" },
      parts: [
        { kind: "text", subtype: "plain", text: explanation(order, news) },
        {
          kind: "bytes",
          mediaType: international ? "message/global-delivery-status" : "message/delivery-status",
          bytes: utf8(deliveryStatus(order, international)),
        },
        await quotation(letter, news === "failed" ? order.returned : "HDRS", international),
      ],
    },
    boundarySeed: order.id,
  });
}

type News = ReportedRecipient["action"];

const subjects: Readonly<Record<News, string>> = {
  failed: "Your mail could not be delivered",
  delayed: "Your mail is late",
  delivered: "Your mail has been delivered",
  relayed: "Your mail has been passed on",
};

const openings: Readonly<Record<News, string>> = {
  failed: "Your message could not be delivered to:",
  delayed: "Your message has not reached these addresses yet. It will be tried again; you need not do anything.",
  delivered: "Your message has been delivered to:",
  relayed: "Your message has been passed on to a server that sends no reports. You will not hear more about:",
};

function explanation(order: ReportOrder, news: News): string {
  const lines = [`This is the mail server at ${order.host}.`, "", openings[news], ""];
  for (const { address, fault, remote } of order.recipients) {
    lines.push(`  ${printable(address)}`);
    if (fault !== undefined) lines.push(`    ${printable(fault.text)}`);
    const said = fault?.remote ?? remote;
    if (said !== undefined) lines.push(`    ${said.host} said: ${printable(said.text)}`);
  }
  if (news === "delayed") lines.push("", `It will be tried until ${formatDateTime(order.retryUntilMs, 0)}.`);
  return `${lines.join("\n")}\n`;
}

function deliveryStatus(order: ReportOrder, international: boolean): string {
  const groups = [
    [
      // RFC 3464 2.2.1: "the exact text of the envelope identifier".
      ...(order.envelopeId === undefined ? [] : [`Original-Envelope-Id: ${printable(order.envelopeId)}`]),
      `Reporting-MTA: dns; ${order.host}`,
      `Arrival-Date: ${formatDateTime(order.arrivedAtMs, 0)}`,
      // RFC 4865 updates RFC 3464 with this field.
      ...(order.releaseRequest === undefined ? [] : [`Future-Release-Request: ${order.releaseRequest}`]),
    ],
    ...order.recipients.map((recipient) => recipientFields(order, recipient, international)),
  ];
  return groups.map((fields) => `${fields.join("\r\n")}\r\n`).join("\r\n");
}

function recipientFields(order: ReportOrder, recipient: ReportedRecipient, international: boolean): string[] {
  const { address, originalRecipient, action, fault } = recipient;
  const remote = fault?.remote ?? recipient.remote;
  // RFC 6533 3: an address in UTF-8 has the type utf-8.
  const type = international && !isAscii(address) ? "utf-8" : "rfc822";
  return [
    ...(originalRecipient === undefined ? [] : [`Original-Recipient: ${printable(originalRecipient)}`]),
    `Final-Recipient: ${type}; ${printable(address)}`,
    `Action: ${action}`,
    `Status: ${fault?.status ?? "2.0.0"}`,
    ...(remote === undefined
      ? []
      : [`Remote-MTA: dns; ${remote.host}`, `Diagnostic-Code: smtp; ${printable(remote.text)}`]),
    `Last-Attempt-Date: ${formatDateTime(order.nowMs, 0)}`,
    ...(action === "delayed" ? [`Will-Retry-Until: ${formatDateTime(order.retryUntilMs, 0)}`] : []),
  ];
}

// RFC 3461 4.3: RET says what comes back; without it a small message comes back whole. "If a DSN contains no indications
// of delivery failure, only the headers of the message should be returned."
async function quotation(
  letter: Letter,
  returned: "FULL" | "HDRS" | undefined,
  international: boolean,
): Promise<ComposedBody> {
  if (returned === "HDRS" || letter.size > bounceQuotedBytesMax) {
    const { text, end } = letter.header;
    const bytes = octets(text.slice(0, Math.min(end, bounceQuotedBytesMax)));
    return { kind: "bytes", mediaType: international ? "message/global-headers" : "text/rfc822-headers", bytes };
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of letter.pieces(0)) pieces.push(piece);
  return { kind: "bytes", mediaType: international ? "message/global" : "message/rfc822", bytes: concatBytes(pieces) };
}

function isAscii(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}

function isPlain(address: string): boolean {
  try {
    return formatAddress({ name: null, address }) === address;
  } catch {
    return false;
  }
}

/** No line of a report is begun by what others wrote. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}
