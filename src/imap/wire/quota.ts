// Quota on the wire (RFC 9208 4, 7): the arguments of GETQUOTA, GETQUOTAROOT and SETQUOTA, and the responses QUOTA and
// QUOTAROOT.

import type { MailboxName } from "../../model/mailbox-name.ts";
import type { QuotaResource } from "../../model/quota.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { SyntaxFault } from "./syntax-fault.ts";
import type { Writer } from "./writer.ts";

/** A resource that has a limit, in the resource's units. */
export interface LimitedResource {
  readonly name: QuotaResource;
  readonly usage: number;
  readonly limit: number;
}

/** `quota-root-name = astring`, and nothing behind it. */
export function readQuotaRoot(args: ArgumentReader): string {
  const root = args.astring();
  args.end();
  return root;
}

export interface SetQuotaArgs {
  readonly root: string;
  /** By the names of resources in capitals, in the resources' units. */
  readonly limits: ReadonlyMap<string, number>;
}

/** `quota-root-name SP "(" [resource-name SP number64 *(SP ...)] ")"`. */
export function readSetQuota(args: ArgumentReader): SetQuotaArgs {
  const root = args.astring();
  args.space();
  const limits = new Map<string, number>();
  args.listOrEmpty(() => {
    const resource = args.atom().toUpperCase();
    args.space();
    if (limits.has(resource)) throw new SyntaxFault("A resource is named twice");
    limits.set(resource, args.number64());
  });
  args.end();
  return { root, limits };
}

/** `* QUOTA "" (STORAGE 10 512)`: at least one resource. */
export function writeQuota(to: Writer, root: string, resources: readonly LimitedResource[]): void {
  to.ascii("* QUOTA ");
  to.astring(root);
  to.space();
  to.open();
  for (const { name, usage, limit } of resources) {
    to.next();
    to.ascii(name);
    to.space();
    to.number(usage);
    to.space();
    to.number(limit);
  }
  to.close();
  to.crlf();
}

/** `* QUOTAROOT INBOX ""`. */
export function writeQuotaRoots(to: Writer, mailbox: MailboxName, roots: readonly string[]): void {
  to.ascii("* QUOTAROOT ");
  to.mailbox(mailbox);
  for (const root of roots) {
    to.space();
    to.astring(root);
  }
  to.crlf();
}
