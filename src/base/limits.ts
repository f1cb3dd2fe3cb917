// Every bound in one place, each with its unit last and the reason why it is what it is.

/** A message, in bytes; announced by SIZE (RFC 1870) and APPENDLIMIT (RFC 7889). Peers sit between 10 and 100 MiB. */
export const messageBytesMax = 50 * 1024 * 1024;

/** Bodies up to this many bytes live in the account's database, larger ones in files: bench/body-placement.ts. */
export const inlineBodyBytesMax = 128 * 1024;

/** How deep multiparts and embedded messages nest before the rest is opaque (Dovecot: 100). */
export const mimeDepthMax = 100;
/** How many body parts of one message are told apart; the rest stays in the last one (Dovecot: 10,000). */
export const mimePartsMax = 10_000;
/** One header field that is parsed, in bytes; its bytes are kept whatever its length. */
export const headerFieldBytesMax = 256 * 1024;
/** All header fields of one part that are parsed, in bytes; the bytes are kept. */
export const headerBytesMax = 2 * 1024 * 1024;
/** Parameters of one field with RFC 2231 continuations (Dovecot: 128). */
export const headerParametersMax = 128;
/** A boundary that is compared, in bytes: RFC 2046 allows 70, a line holds 998 (RFC 5322 2.1.1); the rest is cut off. */
export const mimeBoundaryBytesMax = 994;

/** A mailbox name in UTF-8 bytes, all levels together. */
export const mailboxNameBytesMax = 1_024;
/** Levels of hierarchy in one mailbox name. */
export const mailboxDepthMax = 32;
/** Mailboxes of one account: keeps LIST and the folder tree of a phone usable. */
export const mailboxesMax = 10_000;
/** Keywords known in one mailbox: each is told to each client in FLAGS. */
export const keywordsPerMailboxMax = 1_000;
/** One keyword, in bytes. */
export const keywordBytesMax = 255;

/** References of one message that are looked at to find its thread: a longer chain repeats its beginning. */
export const threadReferencesMax = 50;

/** Expunged mail stays recoverable this long unless set otherwise. */
export const expungedKeptDays = 30;

/** Accounts whose database is open at once: each holds about four file descriptors and 100 KB. */
export const openAccountsMax = 1_000;
/** An account nobody has used for this long is closed. */
export const accountIdleMs = 60_000;
/** The write-ahead log is checkpointed once it holds this many bytes: bounds recovery time and disk. */
export const walBytesMax = 8 * 1024 * 1024;
/** Flag changes that are not flushed with something else reach the disk within this time. */
export const lazyFlushMs = 500;

/** One line of a SASL exchange, in base64 with its CRLF: RFC 4954 4 asks for 12,288. */
export const saslLineBytesMax = 12_288;
/** A user name or password, in UTF-8 bytes: an address has at most 320, a passphrase rarely 200. */
export const credentialBytesMax = 1_024;
/**
 * PBKDF2 rounds behind a SCRAM-SHA-256 verifier. RFC 7677 4 asks for 4,096 and more; the client does them at each login,
 * and a mail client logs in several times a minute from a phone: 10,000 cost it some 10 ms.
 */
export const scramIterations = 10_000;
/** Salt of a SCRAM verifier, in bytes: no two users share one. */
export const scramSaltBytes = 16;
/** Chance in the server's half of a SCRAM nonce, in bytes: 144 bits, a multiple of three so that base64 needs no padding. */
export const scramNonceBytes = 18;
