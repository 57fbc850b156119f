-- Who is next when every place for turns is taken. `due`: the time by which a row stands in line, later the more its
-- person and its channel have open already; `urgent`: before all others. `told`: how many were before it when its thread
-- was last told.
alter table steward.inbox
  add column channel text not null default '',
  add column urgent boolean not null default false,
  add column due timestamptz not null default now(),
  add column told integer,
  add column told_at timestamptz;

create index inbox_person on steward.inbox (person) where done_at is null;
create index inbox_channel on steward.inbox (channel) where done_at is null;
create index inbox_line on steward.inbox (due) where turn is null and done_at is null;
