-- Lines of slash commands and forms that open a thread: stored before they are posted, so that one whose request was
-- never stored is found and taken back.

set local search_path = steward;

create table opening (
  id uuid primary key,
  -- The id that its inbox row has, once it is stored.
  request text not null,
  workspace text not null,
  channel text not null,
  opened_at timestamptz not null default now()
);
create index opening_by_time on opening (opened_at);
