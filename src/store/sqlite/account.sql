-- One account's mail, version 1. Flags are bits of model/flags.ts; times are milliseconds since 1970 UTC.

create table account (
  id integer primary key check (id = 1),
  mod_seq integer not null,             -- the one change counter: the last modSeq given out
  uid_validity integer not null,        -- the last UIDVALIDITY given out
  content integer not null,             -- the last content id given out: EMAILID (RFC 8474) is never used again
  messages integer not null,            -- of all mailboxes, what is expunged not included (RFC 9208)
  bytes integer not null,               -- the sum of their sizes
  quota_messages integer,               -- how much there may be; null for what the configuration says,
  quota_bytes integer,                  -- 2^53-1 for no limit
  quota_mailboxes integer
) strict;
insert into account values (1, 0, 0, 0, 0, 0, null, null, null);

create table mailbox (
  id integer primary key autoincrement, -- never used again: MAILBOXID (RFC 8474) comes from it
  name text not null unique,            -- full path, NFC
  role text unique,
  uid_validity integer not null unique,
  uid_next integer not null,
  recent_uid integer not null,          -- the first UID that no IMAP4rev1 session has been told as \Recent
  highest_mod_seq integer not null,     -- of message changes, expunges included
  previous_mod_seq integer not null default 0, -- what highest_mod_seq was before the last message change
  mod_seq integer not null,             -- of the mailbox itself
  log_from integer not null default 0,  -- entries of the change log up to this modSeq are folded into one
  subscribed integer not null,
  selectable integer not null,
  messages integer not null,
  unseen integer not null,
  deleted integer not null,
  bytes integer not null,
  deleted_bytes integer not null        -- of those with \Deleted: DELETED-STORAGE (RFC 9208 4.1.4)
) strict;

-- Names someone subscribed to that do not exist (RFC 9051 6.3.7 keeps them).
create table subscription (
  name text primary key
) strict, without rowid;

-- The rights of others in a mailbox (RFC 4314). The owner has them all and no row.
create table acl (
  mailbox integer not null,
  identifier text not null,             -- an account's id or "anyone"; behind "-" what is taken away
  rights text not null,                 -- letters in the order of model/rights.ts
  primary key (mailbox, identifier)
) strict, without rowid;

-- The people with whom something here is shared, by the numbers that stand for them in message.seen_by.
create table reader (
  number integer primary key autoincrement,
  account text not null unique
) strict;

-- Metadata (RFC 5464) of mailboxes, and of the account itself as mailbox 0.
create table metadata (
  mailbox integer not null,
  reader integer not null default 0,    -- whose private entry it is; 0 for the owner's and for shared ones
  name text not null,                   -- in small letters
  value blob not null,
  primary key (mailbox, reader, name)
) strict;

create table content (
  id integer primary key,               -- EMAILID (RFC 8474) comes from it
  body_id text not null,                -- SHA-256 of the bytes
  size integer not null,
  refs integer not null,                -- rows of message and tombstone that have it
  in_file integer not null,
  thread integer not null,              -- THREADID (RFC 8474)
  sent_at integer,                      -- the Date field
  message_id text,                      -- without angle brackets
  ancestors text not null,              -- Message-IDs that it refers to, oldest first, separated by spaces
  base_subject text not null,           -- RFC 5256 2.1
  is_reply integer not null,            -- its subject has a mark of a reply or a forward
  envelope blob not null,               -- ENVELOPE as it goes over the wire
  body_structure blob not null          -- BODYSTRUCTURE as it goes over the wire
) strict;

create index content_in_file on content (body_id) where in_file = 1;

create table body (
  content integer primary key,
  bytes blob not null
) strict;

-- Which thread a Message-ID belongs to, for the messages that will refer to it.
create table thread_reference (
  message_id text primary key,
  thread integer not null
) strict, without rowid;

create table message (
  mailbox integer not null,
  uid integer not null,
  content integer not null,
  flags integer not null,
  keywords text not null,               -- sorted, separated by spaces
  seen_by text not null default '',     -- numbers of reader, ascending, separated by spaces: the owner's \Seen is in flags
  internal_date integer not null,
  save_date integer not null,           -- RFC 8514
  size integer not null,
  mod_seq integer not null,
  primary key (mailbox, uid)
) strict, without rowid;
create index message_seen_by on message (mailbox, seen_by) where seen_by <> '';

-- Expunged messages, recoverable until purged.
create table tombstone (
  mailbox integer not null,
  uid integer not null,
  mailbox_name text not null,           -- as it was called then: the mailbox may be gone
  content integer not null,
  flags integer not null,
  keywords text not null,
  seen_by text not null,
  internal_date integer not null,
  size integer not null,
  mod_seq integer not null,             -- of the expunge
  expunged_at integer not null,
  primary key (mailbox, uid)
) strict, without rowid;
create index tombstone_expunged_at on tombstone (expunged_at);

-- The change log: what each modSeq did to a mailbox. UIDs as a sequence-set.
create table change (
  mailbox integer not null,
  mod_seq integer not null,
  kind text not null check (kind in ('created', 'flags', 'expunged', 'mailbox-created', 'mailbox-changed', 'mailbox-deleted')),
  uids text not null,
  primary key (mailbox, mod_seq, kind)
) strict, without rowid;
