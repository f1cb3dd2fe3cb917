// What a client has said that it knows (RFC 9051 6.3.1), and what it must be told differently for that.

export interface Dialect {
  /** Behind ENABLE; null for nothing. */
  readonly enables: string | null;
  /** Whether it asks for MODSEQ (RFC 7162). */
  readonly knowsModSeq: boolean;
  /** Whether it comes back with QRESYNC (RFC 7162 3.2). */
  readonly resumes: boolean;
  /** IMAP4rev2 has no \Recent (RFC 9051 Appendix E). */
  readonly recent: "told" | "never";
  /** RFC 9586: "uid-only" clients know no sequence numbers. */
  readonly numbers: "seq" | "uid-only";
}

const plain = { enables: null, knowsModSeq: false, resumes: false, recent: "told", numbers: "seq" } as const;

export const dialects = {
  rev1: plain,
  rev2: { ...plain, enables: "IMAP4rev2", recent: "never" },
  condstore: { ...plain, knowsModSeq: true },
  qresync: { ...plain, enables: "QRESYNC", knowsModSeq: true, resumes: true },
  "rev2-qresync": { ...plain, enables: "IMAP4rev2 QRESYNC", knowsModSeq: true, resumes: true, recent: "never" },
  uidonly: { ...plain, enables: "UIDONLY", numbers: "uid-only" },
  "uidonly-qresync": { ...plain, enables: "QRESYNC UIDONLY", knowsModSeq: true, resumes: true, numbers: "uid-only" },
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof dialects;

/** RFC 7162 3.2.10, RFC 9586 3: VANISHED stands for EXPUNGE. */
export function hearsVanished({ resumes, numbers }: Dialect): boolean {
  return resumes || numbers === "uid-only";
}
