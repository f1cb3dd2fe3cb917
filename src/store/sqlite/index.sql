-- The index over one account's text. It is a copy that can be lost: docs/decisions/0060-text-index.md.

create table progress (
  id integer primary key check (id = 1),
  made_by text not null,                -- what folded and decoded the texts: another one does it anew
  indexed_to integer not null,          -- every content up to this id is in here
  last_content integer not null,        -- the last one that was put in, and its body: they must be the mail's
  last_body text not null
) strict;

-- Folded fields of envelopes. Null where a message has no such field. Every content that is in here has a row.
create table field (
  content integer primary key,
  subject text,
  from_ text,
  to_ text,
  cc text,
  bcc text
) strict;

-- Folded headers and bodies, in passages with their reach (passages.ts); `length` is without it.
create table passage (
  id integer primary key,
  length integer not null,
  text text not null
) strict;

-- Contents that could not be read: a search reads them itself.
create table unread (
  content integer primary key
) strict;

-- Which passages of headers, and of bodies, have three characters in a row. Our folding decides about letter case.
create virtual table head_trigram using fts5(
  head, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1'
);
create virtual table body_trigram using fts5(
  body, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1'
);
-- ... and which contents in single fields; `others` are fields that stand otherwise in the header's text.
create virtual table field_trigram using fts5(
  subject, from_, to_, cc, bcc, others, content='', contentless_delete=1, detail=column,
  tokenize='trigram case_sensitive 1'
);

-- Which texts have a word: what stands between characters of ASCII that are neither letters nor digits.
create virtual table word using fts5(
  subject, from_, to_, cc, bcc, head, body, content='', contentless_delete=1, detail=column, tokenize='ascii'
);

-- More is collected before it is written, and less often merged, than by default: a sixth less work.
insert into head_trigram (head_trigram, rank) values ('hashsize', 2097152), ('automerge', 8);
insert into body_trigram (body_trigram, rank) values ('hashsize', 2097152), ('automerge', 8);
insert into word (word, rank) values ('automerge', 8);
