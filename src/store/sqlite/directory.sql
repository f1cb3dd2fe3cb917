-- The directory of one installation, version 1. Times are milliseconds since 1970 UTC.

create table setting (
  name text primary key,
  value blob not null                   -- the server secret, among others
) strict, without rowid;

create table domain (
  name text primary key,                -- A-labels, lower case
  created_at integer not null
) strict, without rowid;

create table account (
  id text primary key,                  -- also the name of its folder
  address text not null,                -- the primary address as people see it; it has its row in address too
  display_name text not null,
  disabled integer not null,
  pop3_deletion text not null check (pop3_deletion in ('expunge', 'trash')),
  copy_sent integer not null,
  without_capabilities text not null,   -- IMAP extensions that are switched off, separated by spaces
  administrator integer not null,       -- may set the limits of all accounts
  shared integer not null,              -- it is nobody's own: nobody can log in to it, and people work in it by their rights
  created_at integer not null
) strict, without rowid;

-- Every address that is somebody's: primary ones, aliases and catch-alls.
create table address (
  domain text not null references domain,
  local_key text not null,              -- the local part as it is compared; empty for the catch-all
  local_part text not null,             -- as it was written
  account text not null references account,
  kind text not null check (kind in ('primary', 'alias', 'catch-all')),
  primary key (domain, local_key)
) strict, without rowid;
create index address_account on address (account);

create table password (
  account text primary key references account,
  argon2 text not null,                 -- in the PHC string format
  scram_salt blob not null,             -- SCRAM-SHA-256 (RFC 5802 3, RFC 7677)
  scram_iterations integer not null,
  scram_stored_key blob not null,
  scram_server_key blob not null,
  changed_at integer not null
) strict, without rowid;

-- Who may have rights in mailboxes of whom: at least those that have, for the rights themselves are with the mailboxes.
create table share (
  owner text not null,                  -- an account
  grantee text not null,                -- an account, or "@domain" for everyone of that domain (A-labels)
  primary key (owner, grantee)
) strict, without rowid;

-- The queue: messages that wait for another attempt, or for the smarthost.
create table queue_letter (
  id integer primary key autoincrement,
  name text not null unique,            -- its id in logs; also the name of its file
  sender text not null,                 -- the reverse-path; empty for the null sender
  account text,                         -- who submitted it; null when it came from elsewhere
  returned text check (returned in ('FULL', 'HDRS')),
  envelope_id text,
  international integer not null,
  size integer not null,
  bytes blob,                           -- null when the message is in a file
  queued_at integer not null,
  release_at integer,                   -- RFC 4865: not attempted before; null when nothing was asked
  release_request text                  -- how that was asked for: "for; 3600"
) strict;

-- A row is a recipient who has not been served; it goes with success, and with failure once that is reported.
create table queue_recipient (
  id integer primary key autoincrement,
  letter integer not null references queue_letter,
  address text not null,
  route text not null check (route in ('account', 'smarthost')),
  notify text,                          -- RFC 3461 4.1: SUCCESS,FAILURE,DELAY; empty for NEVER, null when not said
  original text,                        -- RFC 3461 4.2
  attempts integer not null,
  next_attempt_at integer not null,
  last_attempt_at integer,
  held integer not null default 0 check (held in (0, 1)),  -- by an administrator: not attempted until released
  release_at integer,                   -- its letter's, until the first attempt; then null
  lease text,                           -- the worker that is on it
  lease_until integer,
  last_reply text,
  late_reported integer not null
) strict;
create index queue_recipient_letter on queue_recipient (letter);
-- What is held, and what waits for its release, is in no worker's way.
create index queue_recipient_due on queue_recipient (route, next_attempt_at) where held = 0 and release_at is null;
create index queue_recipient_release on queue_recipient (route, release_at) where held = 0 and release_at is not null;
