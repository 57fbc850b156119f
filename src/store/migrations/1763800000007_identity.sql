-- Accounts that people have connected. Tokens are sealed; a person has one account of a system, an account one person.
create table steward.identity (
  system text not null,
  person text not null,
  workspace text not null,
  account text not null,
  username text not null,
  groups text[] not null default '{}',
  access bytea,
  refresh bytea,
  key_id text,
  fresh_until timestamptz,
  connected_at timestamptz not null default now(),
  looked_at timestamptz not null default now(),
  removed_at timestamptz,
  removed_why text,
  primary key (system, person),
  check ((removed_at is null) = (access is not null)),
  check ((access is null) = (key_id is null))
);
create unique index identity_account on steward.identity (system, workspace, account) where removed_at is null;
create index identity_person on steward.identity (person) where removed_at is null;

-- Tokens that are no longer used and still have to be given back to their system.
create table steward.token_leaving (
  id uuid primary key,
  system text not null,
  person text not null,
  access bytea not null,
  refresh bytea,
  key_id text not null,
  attempts integer not null default 0,
  retry_at timestamptz not null default now(),
  since timestamptz not null default now()
);

-- A sign-in under way: what its way back is recognised by. Used once.
create table steward.connecting (
  id text primary key,
  system text not null,
  person text not null,
  browser text not null,
  verifier bytea not null,
  key_id text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index connecting_old on steward.connecting (expires_at);

-- Turns that wait until their person has connected an account.
create table steward.connection_wait (
  turn uuid not null references steward.turn (id),
  system text not null,
  person text not null,
  state text not null default 'waiting' check (state in ('waiting', 'connected', 'expired', 'cancelled')),
  since timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (turn, system)
);
create index connection_wait_open on steward.connection_wait (person, system) where state = 'waiting';
