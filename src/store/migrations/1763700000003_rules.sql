-- What a conversation's rules keep: decisions made at intake, what was changed after the start, what was said once.

-- Ids of things decided at intake (a Stop, an edit), so that a second delivery decides nothing again.
create table steward.heard (
  id text primary key,
  at timestamptz not null default now()
);

-- What people were told once: a greeting, a polite refusal.
create table steward.told (
  person text not null,
  what text not null,
  at timestamptz not null default now(),
  primary key (person, what)
);

-- The words as they are now, where somebody changed them after their turn had started.
alter table steward.inbox add column edited text;

-- People said something in the thread that Steward did not take in: it reads the thread before it answers again.
alter table steward.conversation add column overheard boolean not null default false;
