-- When an identity provider last said which groups a person is in: an old word counts for nothing.
alter table steward.identity add column groups_at timestamptz not null default now();
create index identity_groups on steward.identity using gin (groups) where removed_at is null;
