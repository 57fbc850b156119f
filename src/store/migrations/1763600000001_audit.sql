-- The audit log: rows that hash their exact stored bytes, payloads aside, and each row's place in a chain.
-- Append-only twice: the tables belong to a role nobody logs in as, so that the product's own role may only read and
-- insert; and triggers refuse change even to an owner or a superuser.
set local search_path = steward;

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  xact xid8 not null default pg_current_xact_id(),   -- orders the chain: see src/audit/chain.ts
  kind text not null,
  actor text not null,
  conversation text,
  turn uuid,
  action uuid,
  body text not null,                        -- exact bytes that row_hash covers (UTF-8)
  row_hash bytea not null check (length(row_hash) = 32),
  payload uuid
);
create index audit_action on audit (action, id) where action is not null;
create index audit_turn on audit (turn, id) where turn is not null;
create index audit_kind on audit (kind, id);
create index audit_xact on audit (xact, id);

-- Text and arguments: erasable here, while the row keeps the salted hash.
create table audit_payload (
  id uuid primary key,
  body text not null,
  salt bytea not null,
  created_at timestamptz not null default now()
);

-- A row's place, given after commit by each process's appender.
create table audit_link (
  audit bigint primary key references audit (id),
  chain text not null,
  seq bigint not null,
  previous bytea not null,
  link_hash bytea not null,
  at timestamptz not null default clock_timestamp(),
  unique (chain, seq)
);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'steward.% is append-only: % is refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger audit_append_only before update or delete or truncate on audit
  for each statement execute function audit_is_append_only();
create trigger audit_link_append_only before update or delete or truncate on audit_link
  for each statement execute function audit_is_append_only();
alter table audit enable always trigger audit_append_only;
alter table audit_link enable always trigger audit_link_append_only;

do $$
begin
  if not exists (select from pg_roles where rolname = 'steward_audit') then
    begin
      create role steward_audit nologin;
    exception when duplicate_object or unique_violation then null;  -- another database of this cluster was first
    end;
  end if;
  execute format('grant steward_audit to %I', current_user);
  grant usage, create on schema steward to steward_audit;
  alter table audit owner to steward_audit;
  alter table audit_link owner to steward_audit;
  execute format('revoke all on audit, audit_link from %I', current_user);
  execute format('grant select, insert on audit, audit_link to %I', current_user);
  revoke create on schema steward from steward_audit;
  execute format('revoke steward_audit from %I', current_user);
end $$;
