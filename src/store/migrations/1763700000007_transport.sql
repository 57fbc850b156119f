-- The app as installed in workspaces, where several are served. What Slack gave with it is sealed by STEWARD_KEY; of a
-- removed installation the token is gone and the row stays: its workspace's work rests until it is installed again.

set local search_path = steward;

create table installation (
  id text primary key,                       -- the organisation's id of an org-wide installation, else the workspace's
  team text,                                 -- null: org-wide
  enterprise text,
  name text not null,
  bot text not null,                         -- the bot's user id
  bot_id text not null,
  token bytea,                               -- sealed; null once removed
  key_id text,                               -- which key sealed it
  installed_by text not null,                -- Slack id of who installed it last
  installed_at timestamptz not null default now(),
  removed_at timestamptz,
  removed_why text,
  check ((removed_at is null) = (token is not null) and (token is null) = (key_id is null))
);

-- A workspace key (<team>, or <enterprise>.<team>) whose installation was removed, with no other that covers it.
create function rests(workspace text) returns boolean language sql stable as $$
  select coalesce(bool_and(removed_at is not null), false)
  from steward.installation where id = any(string_to_array(workspace, '.'))
$$;
