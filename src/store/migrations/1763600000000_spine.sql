-- The spine: what came in, turns, actions with their approvals and votes, what goes out.
-- JSON that holds people's or models' text is kept as text: jsonb reorders keys, rewrites numbers and refuses NUL.

create schema if not exists steward;
set local search_path = steward;

create table worker (
  id text primary key,
  role text not null,
  host text not null,
  pid int not null,
  version text not null,
  started_at timestamptz not null default now(),
  stopped_at timestamptz
);

-- Alive = holds the advisory lock (class 7747, hashtext(id)) that each process takes on a connection of its own.
create function alive(worker text) returns boolean language sql stable as $$
  select exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.classid = 7747 and l.objsubid = 2 and l.granted
      and l.database = (select oid from pg_database where datname = current_database())
      and l.objid::bigint = (hashtext(worker)::bigint & 4294967295))
$$;

create table conversation (
  id text primary key,                       -- <workspace or enterprise>/<channel>/<thread ts>
  workspace text not null,
  channel text not null,
  thread_ts text not null,
  kind text not null check (kind in ('channel', 'private', 'dm', 'group_dm')),
  agent text,
  muted boolean not null default false,
  untrusted text[] not null default '{}',    -- names of untrusted texts that were read here; only grows
  created_at timestamptz not null default now()
);

create table inbox (
  seq bigint generated always as identity unique,
  id text primary key,                       -- what makes it one: workspace/channel/ts, a trigger id, offer:<id>:<use>, outcome:<action>
  conversation text not null,
  kind text not null check (kind in ('ask', 'call', 'offer', 'outcome')),
  person text not null,                      -- <workspace>/<user>
  payload text not null,                     -- JSON, exact
  received_at timestamptz not null default now(),
  turn uuid,
  done_at timestamptz,
  attempts int not null default 0,
  retry_at timestamptz,                      -- not before; later rows of the conversation wait too, so order holds
  dead_reason text
);
create index inbox_open on inbox (conversation, seq) where done_at is null;
create index inbox_turn on inbox (turn) where done_at is null;

create table turn (
  id uuid primary key,
  conversation text not null,
  state text not null check (state in ('queued', 'running', 'waiting', 'done', 'failed', 'stopped', 'detached')),
  token uuid,
  owner text,
  wake boolean not null default false,
  shape text,
  origin text not null check (origin in ('chat', 'slash', 'automation')),
  principal text not null,                   -- JSON
  request text not null,                     -- JSON: TurnRequest
  agent text,
  route text,                                -- JSON: how the agent was chosen, with scores
  answer text,
  outcome text,                              -- JSON: how it ended
  summary text,                              -- of the conversation as this turn left it
  planner text,                              -- model name, or 'offline'
  model_calls int not null default 0,
  tool_calls int not null default 0,
  tokens_in int not null default 0,
  tokens_out int not null default 0,
  attempts int not null default 0,           -- runs begun since the turn was made or last waited
  retry_at timestamptz,                      -- not before
  created_at timestamptz not null default now(),
  started_at timestamptz,
  waiting_at timestamptz,
  ended_at timestamptz
);
create index turn_conversation on turn (conversation, created_at);
create index turn_ended on turn (conversation, ended_at) where answer is not null;
create index turn_open on turn (state) where state in ('queued', 'running', 'waiting');

create table action (
  id uuid primary key,
  turn uuid not null references turn (id),
  conversation text not null,
  card uuid not null,                        -- first action of its line; a refreshed or edited action keeps it
  state text not null check (state in ('planned', 'waiting', 'approved', 'executing', 'succeeded', 'failed', 'unknown',
                                       'rejected', 'expired', 'cancelled', 'superseded')),
  tool text not null,
  system text not null,
  effect text not null check (effect in ('write', 'egress')),
  risk int not null check (risk between 1 and 3),
  input text not null,                       -- JSON, as parsed: what a refresh resolves again
  args text not null,                        -- JSON, exact canonical bytes
  definition text not null,                  -- hash of the tool's name, description and schema
  call_digest text not null,                 -- the call without nonce and expiry: the same call twice is one action
  digest text not null,
  target text not null,                      -- Type/id
  target_version text not null,
  target_detail text not null,               -- JSON: Target
  preview text not null,                     -- JSON
  principal text not null,                   -- JSON
  requester text not null,                   -- the principal as one person, whatever account
  confirmed boolean not null default false,  -- the requester's own click on a button that showed exactly this
  untrusted text[] not null,
  asks text not null,                        -- JSON: Ask[]
  policy_request text not null,              -- JSON
  policy_digest text not null,
  credential text not null,
  nonce text not null,
  expires_at timestamptz not null,
  token uuid,
  owner text,
  send_until timestamptz,
  outcome text,                              -- JSON
  superseded_by uuid,
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  executing_at timestamptz,
  settled_at timestamptz,
  follow_ended_at timestamptz
);
create index action_turn on action (turn);
create index action_card on action (card);
create index action_open on action (state) where state in ('waiting', 'approved', 'executing', 'unknown');
-- One write at a time on one target, over all turns.
create unique index action_one_executing on action (target) where state = 'executing';
-- The same call proposed twice in one turn is one action; what ended without an effect may be asked anew.
create unique index action_same_call on action (turn, call_digest)
  where state in ('planned', 'waiting', 'approved', 'executing', 'unknown', 'succeeded', 'rejected');
create index action_requester on action (requester, created_at);
create index action_following on action (settled_at) where state = 'succeeded' and follow_ended_at is null;

create table vote (
  action uuid not null references action (id),
  person text not null,                      -- one person, whatever account
  voter text not null,                       -- JSON: Principal
  verdict text not null check (verdict in ('approve', 'reject')),
  asks text not null,                        -- JSON: ids of the rules whose question this person could answer
  reason text,
  at timestamptz not null default now(),
  primary key (action, person)
);

-- One exact call shown on a button under an answer; used once.
create table offer (
  id uuid primary key,
  turn uuid not null references turn (id),
  conversation text not null,
  tool text not null,
  args text not null,
  label text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_by text,
  used_at timestamptz
);
create index offer_turn on offer (turn);

-- What Slack must show. Views are drawn from stored data when they are sent, so an update always shows the newest truth.
create table outbox (
  seq bigint generated always as identity unique,
  id uuid primary key,
  key text unique,                           -- what makes it one: answer:<turn>, card:<card>:<channel>
  workspace text not null,
  channel text not null,                     -- Slack channel, or U… for that person's DM
  thread_ts text,
  kind text not null check (kind in ('post', 'update')),
  post uuid,                                 -- update: which post
  card uuid,                                 -- post: which card it shows
  view text not null,                        -- JSON: { view: 'answer' | 'card' | ..., ...references }
  state text not null default 'pending' check (state in ('pending', 'sent', 'failed')),
  posted_channel text,                       -- post: where it really is
  ts text,
  attempts int not null default 0,
  error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
create index outbox_pending on outbox (channel, seq) where state = 'pending';
create index outbox_card on outbox (card) where card is not null;
create index outbox_posted on outbox (posted_channel, ts) where ts is not null;
