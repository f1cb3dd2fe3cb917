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
/** A file name that is offered for an attachment, in characters: what file systems take in 255 bytes of UTF-8. */
export const attachmentNameCharactersMax = 80;
/** Preview text, in characters: RFC 8970 3.1 says 200, and never more than 256. */
export const previewCharactersMax = 200;
/** How much of a text part is read for its preview: newsletters begin with kilobytes of styles. */
export const previewSourceBytesMax = 32 * 1024;
/** How much text of one message is searched and indexed, in bytes of its encoded parts: a long book is 2 MiB. */
export const searchTextBytesMax = 8 * 1024 * 1024;

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
/** What of a subject counts for sorting and threading: people write lines, and its rules are tried again and again. */
export const baseSubjectCharactersMax = 1_000;

/** Expunged mail stays recoverable this long unless set otherwise. */
export const expungedKeptDays = 30;

/** Views of mailboxes that nobody has open, kept for the next SELECT, for each account: 36 bytes a message. */
export const retainedViewsMax = 8;
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
/** A local part: RFC 5321 4.5.3.1.1 guarantees 64 octets; UTF-8 (RFC 6531 3.3) needs up to four for a character, so 64 characters. */
export const localPartBytesMax = 256;
/** A domain in A-labels: RFC 5321 4.5.3.1.2. */
export const domainBytesMax = 255;
/** An address as it is typed, in UTF-8 bytes: a domain in U-labels is longer than in A-labels, a quoted local part than a plain one. */
export const addressBytesMax = 1_024;
/** Memory of one argon2id hash, in KiB: OWASP's first choice, 19 MiB with two passes and one lane; some 30 ms of one core. */
export const argon2MemoryKibMax = 19_456;
/** Passes of argon2id over that memory: OWASP's figure for 19 MiB. */
export const argon2PassesMax = 2;
/** Passwords hashed at once: half of the four threads that also flush files, and no more memory than 38 MiB. */
export const argon2AtOnceMax = 2;
/** Passwords that wait to be hashed; the last of them waits some three seconds. */
export const argon2WaitingMax = 200;
/** A password found right is taken without hashing this long: mail programs log in every few minutes. */
export const verifiedPasswordKeptMs = 10 * 60_000;
/** Passwords so remembered, a hundred bytes each. */
export const verifiedPasswordsMax = 10_000;
/** Wrong passwords without a delay: people mistype. */
export const guessesFreeMax = 2;
/** The delay after one more, doubled with each (Dovecot: 2 s growing to 15 s). */
export const guessDelayMsMin = 2_000;
/** The longest delay, and the longest that anybody is kept waiting in line: below every client's timeout. */
export const guessDelayMsMax = 15_000;
/** Wrong passwords are forgotten after this long without another. */
export const guessesKeptMs = 15 * 60_000;
/** Sources, accounts, and pairs of them that are remembered, two hundred bytes each. */
export const guessEntriesMax = 50_000;
/** Attempts that wait for their delay at once: each keeps a connection open. */
export const guessWaitingMax = 1_000;
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

/** An IMAP command without its literals, before login: a stranger gets as much as Dovecot gives him. */
export const imapLineBeforeLoginBytesMax = 8 * 1024;
/** An IMAP command without its literals: RFC 7162 4 advises clients to stay near 8,192; some send long UID lists. */
export const imapLineBytesMax = 64 * 1024;
/** A literal that is not a message, before login: names and passwords; SASL has lines of its own. */
export const imapLiteralBeforeLoginBytesMax = 8 * 1024;
/** A non-synchronizing literal before login: what LITERAL- allows (RFC 7888 5); a longer one ends the connection. */
export const imapNonSyncBeforeLoginBytesMax = 4 * 1024;
/** All literals of one command before login: a name and a password. */
export const imapLiteralsBeforeLoginBytesMax = 16 * 1024;
/** A literal that is not a message (Cyrus: 128 KiB, mox: 100 KiB). */
export const imapLiteralBytesMax = 64 * 1024;
/** All literals of one command that are not messages (mox: 1 MiB): a thousand literals of a kilobyte stop here. */
export const imapLiteralsBytesMax = 512 * 1024;
/** How deep lists, NOT and OR nest in a command (WildDuck: 25): far beyond what any client's search builder makes. */
export const imapNestingMax = 25;
/** The same before login, where ID has the only list. */
export const imapNestingBeforeLoginMax = 1;
/** The tag of a command: clients use four to ten characters; it is repeated in the answer. */
export const imapTagBytesMax = 128;
/** The name of a command: the longest known has 15 letters. */
export const imapNameBytesMax = 32;
/** What is read and thrown away of a line that is too long, before the connection is closed. */
export const imapLineDiscardedBytesMax = 4 * 1024 * 1024;
/** What is read and thrown away of a refused literal that comes unasked: a client that sends four times our limit has not looked. */
export const imapLiteralDiscardedBytesMax = 4 * messageBytesMax;
/** Keys of one SEARCH: each is tried on each message. */
export const imapSearchKeysMax = 1_000;
/** RFC 2971 3.3: a client MUST NOT send more than 30 field-value pairs in ID. */
export const imapIdPairsMax = 30;
/** RFC 2971 3.3: a field of ID has at most 30 octets. */
export const imapIdFieldBytesMax = 30;
/** RFC 2971 3.3: a value of ID has at most 1,024 octets. */
export const imapIdValueBytesMax = 1_024;
