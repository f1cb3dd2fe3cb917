-- The directory of one installation, version 1. Times are milliseconds since 1970 UTC.

create table setting (
  name text primary key,
  value blob not null                   -- the server secret, among others
) strict, without rowid;
