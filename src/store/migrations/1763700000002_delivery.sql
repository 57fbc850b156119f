-- Where the pages of a post stand, what a running turn shows before its answer, and what a conversation's session says.

set local search_path = steward;

-- ts of every page of a post, in order. `ts` is the last one's: the page with the buttons, which clicks are bound to.
alter table outbox add column pages text[];

-- A message that a run shows while it works. The intent is stored before Slack is called, the ts right after; when the
-- turn ends its messages become pages of the answer, or go.
create table preview (
  id uuid primary key,
  key text not null,                         -- outbox key of the answer they become: answer:<turn>
  turn uuid not null references turn (id),
  token uuid not null,                       -- the run that shows it, and its process
  owner text,
  page int not null,
  workspace text not null,
  channel text not null,
  thread_ts text not null,
  means text not null check (means in ('stream', 'post')),
  -- taken: by its answer's sender. leaving: by who takes it back. kept, gone: settled without becoming a page
  state text not null default 'opening'
    check (state in ('opening', 'open', 'stopped', 'taken', 'leaving', 'kept', 'gone')),
  ts text,
  said boolean not null default false,       -- it shows words of the answer, not only steps
  opened_at timestamptz not null default now()
);
create index preview_key on preview (key) where state in ('opening', 'open', 'stopped', 'taken');
create index preview_unsettled on preview (opened_at) where state in ('opening', 'open', 'stopped', 'leaving');
create index preview_budget on preview (workspace, means, opened_at);
create index preview_thread on preview (channel, thread_ts) where ts is not null;

-- What Slack was last told of a conversation's session; null where it never was.
alter table conversation add column session text check (session in ('processing', 'suspended', 'active'));
alter table conversation add column session_at timestamptz;
create index conversation_session on conversation (session_at) where session in ('processing', 'suspended');
