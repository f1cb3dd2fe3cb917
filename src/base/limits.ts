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
/** Fields of one header that are told apart: without it 2 MiB of the shortest keep the event loop for 200 ms. */
export const headerFieldsMax = 50_000;
/** Parameters of one field with RFC 2231 continuations (Dovecot: 128). */
export const headerParametersMax = 128;
/** Addresses of one field that are told apart: each becomes many times its length in ENVELOPE. */
export const headerAddressesMax = 20_000;
/** A boundary that is compared, in bytes: RFC 2046 allows 70, a line holds 998 (RFC 5322 2.1.1); the rest is cut off. */
export const mimeBoundaryBytesMax = 994;
/** A file name that is offered for an attachment, in characters: what file systems take in 255 bytes of UTF-8. */
export const attachmentNameCharactersMax = 80;
/** Preview text, in characters: RFC 8970 3.1 says 200, and never more than 256. */
export const previewCharactersMax = 200;
/** How much of a text part is read for its preview: newsletters begin with kilobytes of styles. */
export const previewSourceBytesMax = 32 * 1024;
/** Read for previews before others have a turn: some milliseconds of work. */
export const previewTurnBytesMax = 256 * 1024;
/** PREVIEW (LAZY) gives none of larger messages, whose structure takes longer to read than a client will wait for a list. */
export const previewLazyBytesMax = 1024 * 1024;
/** How much text of one message is searched and indexed, in bytes of its encoded parts: a long book is 2 MiB, and reading
 * this much takes less than 200 ms (bench/mime.ts). */
export const searchTextBytesMax = 4 * 1024 * 1024;
/** Work that a search does before everybody else has a turn: within the 20 ms in which news must be told. */
export const searchTurnNsMax = 5_000_000;
/** Messages of the view that a search judges at once: with a thousand keys that is a megabyte of verdicts. */
export const searchBlockMessages = 1_024;
/** Messages whose stored facts a search reads in one go: a millisecond's worth of rows. */
export const searchSliceMessages = 100;
/** Messages that are sorted in one go before runs are merged: a millisecond or two of comparing. */
export const sortRunMessages = 1_024;
/** New messages are indexed together once so many wait: one by one costs twice as much. */
export const indexBatchMessages = 128;
/** ... or this long after the first of them: a search scans a few in a millisecond. */
export const indexDelayMs = 3_000;
/** Messages that are indexed in one transaction, in bytes: what the indexing thread holds in memory, a few times over. */
export const indexBatchBytesMax = 4 * 1024 * 1024;
/** Characters of a message that are indexed, folded: all that is searched of a plain one; three bytes can become eighteen. */
export const indexedCharactersMax = 5 * 1024 * 1024;
/** The indexing thread ends after so long without work: it holds some 30 MB, and takes a tenth of a second to start. */
export const indexerIdleMs = 5 * 60_000;
/** After an error the index is tried again this late, doubled each time. */
export const indexRetryMsMin = 10_000;
/** ... but not later than this. */
export const indexRetryMsMax = 60 * 60_000;
/** Accounts whose files the indexing thread keeps open: some 300 KB each. */
export const indexedAccountsOpenMax = 16;
/** Contents that wait to be removed from an index; what is beyond stays until it is checked, and is never found. */
export const indexRemovalsMax = 10_000;
/** Sequences of three characters that a string is looked up by: more hardly leave fewer places to look at, and take time. */
export const indexTrigramsMax = 6;
/** Contents that an index is asked about at once: one to four milliseconds, 30 where all are books. Smaller slices cost more in all. */
export const indexSliceContents = 16_384;
/** Fewer messages than this are looked at one by one, which costs less than asking where a string is. */
export const indexAskedMin = 32;
/** Strings of one search that an index is asked about; those beyond are looked for in its texts. */
export const indexQuestionsMax = 32;
/** Messages of an account in which `dakghar index check` compares the index with what they say: a second's work. */
export const indexCheckMessages = 300;
/** Strings that it looks for in them: each is looked for in all. */
export const indexCheckStrings = 32;
/** Larger messages are searched part by part, so that a search holds no more than one part's text in memory. */
export const searchWholeBytesMax = 256 * 1024;

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

/** Entries of the change log kept for each mailbox when older ones are folded into one: months for most, 1 MB at most. */
export const logEntriesKeptMin = 10_000;
/** How often old tombstones are purged, logs folded, and unreferenced files removed. */
export const maintenanceIntervalMs = 60 * 60 * 1000;
/** Views of mailboxes that nobody has open, kept for the next SELECT, for each account: 36 bytes a message. */
export const retainedViewsMax = 8;
/** Accounts whose database is open at once: each holds about four file descriptors and 100 KB. */
export const openAccountsMax = 1_000;
/** An account nobody has used for this long is closed. */
export const accountIdleMs = 60_000;
/** A thread with nothing to do is ended after this: it holds some 15 MB, and begins in a twentieth of a second. */
export const threadIdleMs = 30_000;
/** The write-ahead log is checkpointed once it holds this many bytes: bounds recovery time and disk. */
export const walBytesMax = 8 * 1024 * 1024;
/** Beyond this writers wait for the checkpoint: who writes faster than it would let the log grow without end. */
export const walWaitBytesMax = 2 * walBytesMax;
/** Flag changes that are not flushed with something else reach the disk within this time. */
export const lazyFlushMs = 500;
/** Ranges of UIDs that a mailbox in memory remembers as vanished; who was away for longer is told from the store's log: half a megabyte. */
export const vanishedRangesMax = 5_000;
/** Messages whose new flags wait in the journal; putting so many into the rows takes some 5 ms. */
export const journaledFlagsMax = 500;

/** One line of a SASL exchange, in base64 with its CRLF: RFC 4954 4 asks for 12,288. */
export const saslLineBytesMax = 12_288;
/** A local part: RFC 5321 4.5.3.1.1 guarantees 64 octets; UTF-8 (RFC 6531 3.3) needs up to four for a character, so 64 characters. */
export const localPartBytesMax = 256;
/** A domain in A-labels: RFC 5321 4.5.3.1.2. */
export const domainBytesMax = 255;
/** An address as it is typed, in UTF-8 bytes: a domain in U-labels is longer than in A-labels, a quoted local part than a plain one. */
export const addressBytesMax = 1_024;
/**
 * Memory of one argon2id hash, in KiB: OWASP's 46 MiB with one pass and one lane, some 60 ms of one core. What is larger
 * than 32 MiB goes back to the system after use; of OWASP's 19 MiB with two passes, glibc keeps one for each thread.
 */
export const argon2MemoryKibMax = 47_104;
/** Passes of argon2id over that memory: OWASP's figure for 46 MiB. */
export const argon2PassesMax = 1;
/** Passwords hashed at once: few of the threads that also flush files, and no more memory than 92 MiB. */
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

/** From SIGTERM on, what sessions have under way may take this long; then their connections are cut. */
export const shutdownGraceMs = 20_000;
/** From SIGTERM to the end of the process, whatever hangs: 30 s are promised, and systemd waits 45. */
export const shutdownMsMax = 28_000;
/** One request on the control socket, in bytes: a verb, an address, a password. */
export const controlRequestBytesMax = 64 * 1024;
/** A control connection that asks nothing is closed after this long: people type passwords before the connection is made. */
export const controlIdleMs = 60_000;
/** How often a long verb tells its progress. */
export const controlProgressMs = 200;
/** How long the command line waits for a server that is just starting or stopping. */
export const controlConnectMs = 5_000;

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
/** An IMAP connection that has not logged in by then is closed (Stalwart: 60 s): greeting, TLS and SASL take a slow phone some ten seconds. */
export const imapLoginTimeoutMs = 60_000;
/** RFC 9051 5.4: an autologout timer MUST be at least 30 minutes; IDLE is asked anew every 29 (RFC 2177 3). */
export const imapIdleTimeoutMs = 30 * 60_000;
/** Lines before login that are no IMAP command before the connection is closed (Dovecot: 3): not a mail program. */
export const imapBadCommandsBeforeLoginMax = 5;
/** The same after login, counted from the last command that went well (Dovecot: 20). */
export const imapBadCommandsMax = 25;
/** Failed logins of one IMAP connection (Stalwart: 3). */
export const imapFailedLoginsMax = 3;
/** A long reply is handed on in pieces of about this size, one write each: four TLS records. */
export const imapReplyPieceBytes = 64 * 1024;
/** What the messages of one APPEND (RFC 3502) may hold in memory while they wait for each other: large ones wait in files. */
export const imapAppendHeldBytesMax = 64 * 1024 * 1024;
/** What a message takes besides its octets while it waits: structure, envelope, hash. */
export const imapAppendOverheadBytes = 4 * 1024;
/** Messages whose stored facts and octets are read in one go by FETCH: a millisecond's worth of rows. */
export const imapFetchSliceMax = 100;
/** Octets that FETCH reads together for such a slice: what a session holds in memory while its client is slow. */
export const imapFetchSliceBytesMax = 512 * 1024;
/** Octets of a section up to this many are copied into the reply, more are sent from where they are. */
export const imapCopiedOctetsMax = 32 * 1024;
/** Structures of messages that a session keeps: clients ask for the parts of a message one by one. */
export const imapStructuresKeptMax = 4;
/** How often it is looked whether a command is still at work: RFC 9585 4 wants a word of it every 10 to 15 seconds. */
export const imapProgressLookMs = 5_000;
/** Searches that a session is kept told of (RFC 5267 4.3.1: "at least one updating context per client, and SHOULD provide more"). */
export const imapContextsMax = 8;
/** Mailboxes that one ESEARCH names: each is looked up. */
export const multisearchNamesMax = 1_000;
/** Messages that such a search may match: four bytes each are held for the session, eight for a sort. */
export const imapContextMessagesMax = 200_000;
/** Keys of one SEARCH: each is tried on each message. */
export const imapSearchKeysMax = 1_000;
/** Keys among them that are fuzzy: each of up to 16 words is tried on each word of a message. */
export const imapFuzzyKeysMax = 32;
/**
 * Messages that one command works on (RFC 9738): more than there are in a mailbox. Who knows nothing of MESSAGELIMIT takes the
 * part for the whole, and may throw away what it does not see.
 */
export const imapMessagesPerCommandMax = 10_000_000;
/** RFC 9738 3: the limit "SHOULD NOT" be lower than 1,000. */
export const imapMessagesPerCommandMin = 1_000;
/** RFC 10022 3.1.3: a server MUST take batches of 500; one message a batch would be sequence numbers by another name. */
export const imapUidBatchMessagesMin = 500;
/** RFC 2971 3.3: a client MUST NOT send more than 30 field-value pairs in ID. */
export const imapIdPairsMax = 30;
/** RFC 2971 3.3: a field of ID has at most 30 octets. */
export const imapIdFieldBytesMax = 30;
/** RFC 2971 3.3: a value of ID has at most 1,024 octets. */
export const imapIdValueBytesMax = 1_024;

/** A POP3 command with its line end: RFC 2449 4 asks for 255 octets, UTF-8 names and passwords take more. SASL has lines of its own. */
export const pop3LineBytesMax = 512;
/** What is read and thrown away of a POP3 line that is too long, before the connection is closed. */
export const pop3LineDiscardedBytesMax = 64 * 1024;
/** The first line of a POP3 answer with its CRLF (RFC 2449 4). */
export const pop3StatusBytesMax = 512;
/** What is read ahead for a client that takes one message after another: held by each that does, and soon gone. */
export const pop3ReadAheadBytesMax = 64 * 1024;
export const pop3ReadAheadMessagesMax = 16;
/** A POP3 connection that has not logged in by then is closed: greeting, TLS and SASL take a slow phone some ten seconds. */
export const pop3LoginTimeoutMs = 60_000;
/** RFC 1939 3: an autologout timer "MUST be of at least 10 minutes' duration". */
export const pop3IdleTimeoutMs = 600_000;
/** Lines before login that are no POP3 command before the connection is closed (Dovecot: 3): not a mail program. */
export const pop3BadCommandsBeforeLoginMax = 5;
/** The same after login (Dovecot: 20). */
export const pop3BadCommandsMax = 25;
/** Failed logins of one POP3 connection (Stalwart: 3). */
export const pop3FailedLoginsMax = 3;
/** Accounts whose last POP3 login is remembered while a login delay is set: about 100 bytes each. */
export const pop3LoginDelayAccountsMax = 100_000;

/** An SMTP command line with its CRLF: RFC 5321 4.5.3.1.4 asks for 512, extensions add some 1,200 (Postfix: 2,048). AUTH has `saslLineBytesMax`. */
export const smtpLineBytesMax = 2_048;
/** What is read and thrown away of a command line that is too long, before the connection is closed. */
export const smtpLineDiscardedBytesMax = 64 * 1024;
/** The name a client gives itself in EHLO (RFC 5321 4.5.3.1.2: a domain has at most 255); it stands in Received. */
export const smtpHelloBytesMax = 255;
/** Recipients of one message: RFC 5321 4.5.3.1.8 asks for 100 (Postfix and mox: 1,000). */
export const smtpRecipientsMax = 1_000;
/** Commands refused before a message gets through, unknown recipients included; then 421 (Postfix: 20). */
export const smtpErrorsMax = 20;
/** Of these, the ones that are answered at once. */
export const smtpErrorsFreeMax = 10;
/** How long each further refusal takes: guessing addresses becomes slow. */
export const smtpErrorDelayMs = 1_000;
/** Pipelined commands that are worked off before other connections have their turn: a few milliseconds. */
export const smtpCommandsPerTurnMax = 100;
/** NOOP, RSET, VRFY, HELP and EHLO between two messages; then 421 (Postfix: 100). */
export const smtpJunkMax = 100;
/** Failed AUTH commands in one session; then 421. */
export const smtpAuthFailuresMax = 3;
/** RFC 5321 4.5.3.2.7: a server SHOULD wait at least 5 minutes for the next command; the whole line has to come by then. */
export const smtpCommandTimeoutMs = 5 * 60_000;
/** RFC 5321 4.5.3.2.5 lets a client take 3 minutes for a block of data, and its server's patience is 5. */
export const smtpDataTimeoutMs = 5 * 60_000;
/** One message, from 354 to its end: the largest at 15 KB/s. */
export const smtpMessageTimeoutMs = 60 * 60_000;
/** A message that is refused while it comes is read and thrown away up to this, so that the client hears why; then the connection is closed. */
export const smtpDiscardedBytesMax = 4 * messageBytesMax;
/** Messages that name more hops in Received have looped: RFC 5321 6.3 wants at least 100. */
export const receivedHopsMax = 100;
/** A message on its way in is kept in memory up to this many bytes, in a file beyond. */
export const letterMemoryBytesMax = 128 * 1024;
/** Mailboxes that one message is filed into at once: each holds a copy in memory or an open file. */
export const filingAtOnceMax = 8;
/** How long delivery is tried: RFC 5321 4.5.4.1 says at least 4 to 5 days. */
export const queueLifetimeMs = 5 * 24 * 60 * 60_000;
/** Attempts before a message may expire, however far the clock jumps. */
export const queueAttemptsMin = 8;
/** The pause after the first failure, doubled with each: a smarthost that restarts is back within minutes. */
export const queueRetryDelayMsMin = 60_000;
/** The longest pause between attempts: RFC 5321 4.5.4.1 has two to three hours once a message is old. */
export const queueRetryDelayMsMax = 3 * 60 * 60_000;
/** The sender hears once that mail is late, if it asked for that (RFC 3461 4.1): the usual four hours. */
export const queueLateMs = 4 * 60 * 60_000;
/** A recipient under way belongs to its worker this long: more than RFC 5321 4.5.3.2's timeouts let one attempt take. */
export const queueLeaseMs = 60 * 60_000;
/** One attempt over SMTP, from connecting to the last reply: ended before its lease is. */
export const queueAttemptMs = 45 * 60_000;
/** Recipients taken along in one attempt: RFC 5321 4.5.3.1.8 promises that a server takes 100. */
export const queueRecipientsPerAttemptMax = 100;
/** A smarthost that could not be reached is left alone this long, doubled with each failure. */
export const smarthostPauseMsMin = 15_000;
/** The longest it is left alone: mail goes again soon after it is back. */
export const smarthostPauseMsMax = 5 * 60_000;
/** Connections to the smarthost at once. */
export const queueConnectionsMax = 4;
/** Messages over one connection to the smarthost, before a fresh one is made (Postfix reuses for 300 s). */
export const queueLettersPerConnectionMax = 100;
/** The runner looks at the queue at least this often, whatever wakes were lost. */
export const queuePollMs = 60_000;
/** Reports an hour to one address of another server, which may never have sent what they are about. */
export const reportsAbroadPerSenderMax = 20;
/** Reports an hour to addresses of other servers in all: mail from outside is refused while it comes, and hardly ever reported on. */
export const reportsAbroadPerHourMax = 500;
/** Addresses of other servers whose reports are counted: about 150 bytes each. */
export const reportSendersKnownMax = 10_000;
/** Where the spool's disk has less than this, no mail is taken in: the databases on it need room to go on, as do messages that are coming. */
export const spoolFreeBytesMin = 256 * 1024 * 1024;
/** How long it is known how much room there is: a disk fills by some hundred megabytes in that time at most. */
export const spoolRoomKnownMs = 1_000;
/** How long a sender may have a message kept before it goes (RFC 4865; mox: 60 days). The queue's bounds hold for it too. */
export const futureReleaseMsMax = 60 * 24 * 60 * 60_000;
/** Recipients that wait for delivery: more have not been getting away for long, and take some hundred megabytes of rows. */
export const queueRecipientsMax = 1_000_000;
/** Recipients that an administrator's command looks at in one transaction: some milliseconds. */
export const queueDeskRowsMax = 1_000;
/** Messages that a command takes out of the queue at once: each holds one in memory, and they share a flush. */
export const queueWithdrawalsAtOnceMax = 16;
/** Recipients that `queue list` shows unless it is told another number: a few screens. */
export const queueListRowsMax = 100;
/** What `queue show` prints of a message: it goes over the control socket in one line. */
export const queueShownBytesMax = 4 * 1024 * 1024;
/** While the database fails, what became of an attempt is kept in memory and recorded again this often. */
export const queueRecordRetryMs = 10_000;
/** A reply of a remote server, in bytes; nobody explains himself at greater length. */
export const remoteReplyBytesMax = 64 * 1024;
/** RFC 5321 4.5.3.2.1: the greeting may take 5 minutes; connecting and TLS are within. */
export const remoteGreetingTimeoutMs = 5 * 60_000;
/** RFC 5321 4.5.3.2.6: the reply to the end of data may take 10 minutes, the longest silence there is. */
export const remoteSilenceTimeoutMs = 10 * 60_000;
/** What is kept and reported of a remote reply. */
export const remoteReplyKeptBytesMax = 500;
/** An undelivered message comes back whole up to this size, as its header beyond (Postfix: 50,000). */
export const bounceQuotedBytesMax = 50_000;

/** What all plaintext connections are read into, in bytes: one buffer for the process. A read rarely brings more. */
export const readBufferBytes = 64 * 1024;
/** Input that waits for a busy session, in bytes; then the client's kernel waits. */
export const queuedInputBytesMax = 64 * 1024;
/** The same, in chunks: a client that sends byte by byte costs more than its bytes. */
export const queuedChunksMax = 64;
/** Output of one tick is handed to the socket once it is this long, in bytes: four TLS records. */
export const outputChunkBytes = 64 * 1024;
/** zlib's window for what we say, as its power of two: 8 KiB back holds the phrases of protocol and text, for a quarter of the largest window's memory. */
export const deflateWindowBitsMax = 13;
/** zlib's memLevel for what we say: with the window above, a compressor takes half of what it takes by default. */
export const deflateMemoryLevelMax = 6;
/** What a compressor puts out at a time, in bytes; a buffer of this size is held all the time. */
export const deflatePieceBytes = 8 * 1024;
/** What is inflated at a time, in bytes; a buffer of this size is held all the time, beside the client's window of 32 KiB. */
export const inflatedPieceBytes = 8 * 1024;
/** Octets that come out for each that went in: commands come to ten, DEFLATE can do 1,032. Messages that the session takes are counted apart. */
export const inflationRatioMax = 32;
/** What may come out beyond the ratio, in bytes, and be saved up: the shortest commands that fit in keep a processor busy for a second. */
export const inflationAllowanceBytesMax = 1024 * 1024;
/** Compressed octets that say nothing at all: DEFLATE has blocks without content, and only a fault or an attack sends many. */
export const inflationSilentBytesMax = 64 * 1024;
/** A client that takes no 64 KiB in this time is cut: 550 bytes a second, slower than any modem. */
export const writeStallMs = 120_000;
/** A TLS handshake takes two round trips; a bad mobile link needs some seconds for them. */
export const tlsHandshakeMs = 30_000;
/** After the last byte, a client that does not close its side is waited for this long. */
export const closeLingerMs = 5_000;
/** A PROXY header, in bytes: addresses take 52, what a proxy adds of TLS some hundred. */
export const proxyHeaderBytesMax = 4 * 1024;
/** A proxy says whom it speaks for in its first packet; this lets it be lost twice. */
export const proxyHeaderMs = 5_000;
/** Connections of proxies whose header has not come: each is some kilobytes, and counted as nobody's yet. */
export const proxyHeadersAwaitedMax = 1_000;
/** Deadlines are looked at this often. */
export const deadlineTickMs = 1_000;
/** TCP keepalive starts after this silence: NAT boxes forget a connection after five to fifteen minutes. */
export const keepAliveIdleMs = 300_000;
/** Clients that may wait to be accepted while the event loop is busy; Linux caps it at 4,096. */
export const acceptBacklogMax = 1_024;
/** TLS contexts kept ready, one for each certificate: each takes some 100 KB of OpenSSL's memory. */
export const tlsContextsMax = 100;
/** Messages that are carried from one account into another in one transaction: some 10 ms of it. */
export const transferMessagesMax = 100;
/** What of them is held in memory, in bytes: larger messages wait in files. */
export const transferBytesMax = 4 * 1024 * 1024;
/** Entries in the access control list of a mailbox (RFC 4314): each is looked at whenever rights are judged. */
export const aclEntriesMax = 500;
/** Octets of one value of metadata (RFC 5464): comments, colours and settings; a small picture fits. */
export const metadataValueBytesMax = 16 * 1024;
/** Entries of one mailbox, or of the account itself: all are read to answer for one. */
export const metadataEntriesMax = 100;
/** All metadata of an account, names included: it is not part of its quota. */
export const metadataBytesMax = 8 * 1024 * 1024;
/** Octets of an entry's name: no client comes near. */
export const metadataEntryNameBytesMax = 255;
/** Entries that one command names: each is looked for. */
export const metadataEntriesAskedMax = 100;
/** Changed entries that are remembered for a session that says nothing. */
export const metadataNewsMax = 1_000;
/** Groups of one NOTIFY SET: each is asked about each mailbox in which something happens. */
export const notifyGroupsMax = 100;
/** Names in all of them: some 100 KB are held for the session then. */
export const notifyNamesMax = 1_000;
/** Mailboxes that a session is still to be told of: who is that far behind is told no more (NOTIFICATIONOVERFLOW). */
export const notifyStatusesMax = 2_000;
/** Names of mailboxes to which something happened, the same. */
export const notifyNameNoticesMax = 1_000;
/** Patterns of one LIST: each is tried on each mailbox. */
export const imapListPatternsMax = 100;

/** A wire line in the log, in characters: enough to see what a client asked. */
export const loggedLineCharsMax = 200;
/** Scrapers at once on the status page; one is usual. */
export const statusConnectionsMax = 16;
/** Header of a request for the status page, in bytes: a scraper sends some 300. */
export const statusHeaderBytesMax = 4 * 1024;
/** A request for the status page arrives in this time; a health check answers in it. */
export const statusRequestMs = 5_000;

/** Connections of all protocols together unless set otherwise: some 500 MB of OpenSSL's memory when all speak TLS. */
export const connectionsMax = 10_000;
/** Connections of one address unless set otherwise (Postfix: 50): an office behind one address. */
export const connectionsPerAddressMax = 50;
/** New connections of one address in a minute unless set otherwise (mox: 300). */
export const newConnectionsPerMinuteMax = 300;
/** Sessions of one account at once, over all protocols, unless set otherwise: ten devices with five connections each. */
export const sessionsPerAccountMax = 50;
