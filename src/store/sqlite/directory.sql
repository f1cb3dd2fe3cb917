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
