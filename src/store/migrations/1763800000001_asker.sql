-- The right to search Slack as far as a person sees, as it came with their newest words to Steward. Kept for minutes,
-- never logged, and nowhere else.
create table steward.asker (
  person text primary key,
  token text not null,
  heard_at timestamptz not null default now()
);
