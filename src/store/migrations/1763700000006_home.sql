-- What people say of answers: one word a person and answer, changeable; why, where they said why.
create table steward.feedback (
  turn uuid not null references steward.turn (id),
  person text not null,
  name text not null,
  verdict text not null check (verdict in ('up', 'down')),
  reason text check (reason in ('wrong_data', 'wrong_action', 'too_slow', 'not_permitted', 'other')),
  words text,
  via text not null check (via in ('button', 'reaction')),
  at timestamptz not null default now(),
  primary key (turn, person)
);

-- Which agent should have answered, as the person who asked says: examples for the router's next training.
create table steward.correction (
  turn uuid not null references steward.turn (id),
  person text not null,
  workspace text not null,
  text text not null,
  given text not null,
  chosen text not null,
  at timestamptz not null default now(),
  primary key (turn, person)
);
create index correction_new on steward.correction (workspace, at);

-- The last days of a table that only grows, without a cost at each insert: what a person asked lately.
create index turn_lately on steward.turn using brin (created_at);
