-- Steward as an MCP server: who may call by which token, and what was asked that way. And what MCP servers listed last.
set local search_path = steward;

alter table turn drop constraint turn_origin_check;
alter table turn add constraint turn_origin_check check (origin in ('chat', 'slash', 'automation', 'mcp'));

create table mcp_token (
  id text primary key,                       -- short, for people
  hash bytea not null unique check (length(hash) = 32),
  workspace text not null,
  person text not null,                      -- <workspace>/<user>
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz,
  minute timestamptz not null default now(), -- calls are counted by the minute, over all replicas
  calls int not null default 0
);
create index mcp_token_person on mcp_token (person) where revoked_at is null;

-- A write that a client asked for: the same one is one request while it is open.
create table mcp_request (
  id uuid primary key,
  inbox text not null,                       -- the id of its inbox row, once that is stored
  token text not null references mcp_token (id),
  person text not null,
  digest bytea not null,                     -- of tool and arguments
  created_at timestamptz not null default now()
);
create index mcp_request_same on mcp_request (person, digest, created_at);

-- Definitions of tools as their servers listed them last: one that is away at a start still has its tools.
create table mcp_server (
  name text primary key,
  definitions text not null,                 -- JSON, exact: a pin is held against it
  listed_at timestamptz not null default now()
);
