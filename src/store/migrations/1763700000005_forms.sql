-- Questions to the person who asked, and forms that are open. JSON is kept as text, as everywhere.

set local search_path = steward;

-- One clarifying question a turn; it ended the turn, and its answer starts the next one.
create table question (
  id uuid primary key,
  turn uuid not null references turn (id),
  conversation text not null,
  person text not null,                      -- <workspace>/<user>: who is asked
  text text not null,
  choices text not null,                     -- JSON: Choice[]
  call text,                                 -- JSON: PendingCall
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  answered_by text,
  answer text,                               -- in people's words, as the message shows it
  answered_at timestamptz
);
create unique index question_turn on question (turn);
create index question_open on question (conversation, created_at) where answered_at is null;

-- What a form was opened for; a submission names it by its id alone.
create table form (
  id uuid primary key,
  person text not null,                      -- <workspace>/<user>: who may submit it
  purpose text not null,                     -- JSON
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index form_old on form (expires_at);
