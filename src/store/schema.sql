table action
  id uuid not null
  turn uuid not null
  conversation text not null
  card uuid not null
  state text not null
  tool text not null
  system text not null
  effect text not null
  risk integer not null
  input text not null
  args text not null
  definition text not null
  call_digest text not null
  digest text not null
  target text not null
  target_version text not null
  target_detail text not null
  preview text not null
  principal text not null
  requester text not null
  confirmed boolean not null default false
  untrusted text[] not null
  asks text not null
  policy_request text not null
  policy_digest text not null
  credential text not null
  nonce text not null
  expires_at timestamp with time zone not null
  token uuid
  owner text
  send_until timestamp with time zone
  outcome text
  superseded_by uuid
  created_at timestamp with time zone not null default now()
  decided_at timestamp with time zone
  executing_at timestamp with time zone
  settled_at timestamp with time zone
  follow_ended_at timestamp with time zone
  constraint action_effect_check CHECK ((effect = ANY (ARRAY['write'::text, 'egress'::text])))
  constraint action_pkey PRIMARY KEY (id)
  constraint action_risk_check CHECK (((risk >= 1) AND (risk <= 3)))
  constraint action_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'waiting'::text, 'approved'::text, 'executing'::text, 'succeeded'::text, 'failed'::text, 'unknown'::text, 'rejected'::text, 'expired'::text, 'cancelled'::text, 'superseded'::text])))
  constraint action_turn_fkey FOREIGN KEY (turn) REFERENCES turn(id)
  CREATE INDEX action_card ON action USING btree (card)
  CREATE INDEX action_following ON action USING btree (settled_at) WHERE ((state = 'succeeded'::text) AND (follow_ended_at IS NULL))
  CREATE INDEX action_open ON action USING btree (state) WHERE (state = ANY (ARRAY['waiting'::text, 'approved'::text, 'executing'::text, 'unknown'::text]))
  CREATE INDEX action_requester ON action USING btree (requester, created_at)
  CREATE INDEX action_turn ON action USING btree (turn)
  CREATE UNIQUE INDEX action_one_executing ON action USING btree (target) WHERE (state = 'executing'::text)
  CREATE UNIQUE INDEX action_same_call ON action USING btree (turn, call_digest) WHERE (state = ANY (ARRAY['planned'::text, 'waiting'::text, 'approved'::text, 'executing'::text, 'unknown'::text, 'succeeded'::text, 'rejected'::text]))

table asker
  person text not null
  token text not null
  heard_at timestamp with time zone not null default now()
  constraint asker_pkey PRIMARY KEY (person)

table audit
  id bigint not null generated always as identity
  at timestamp with time zone not null default clock_timestamp()
  xact xid8 not null default pg_current_xact_id()
  kind text not null
  actor text not null
  conversation text
  turn uuid
  action uuid
  body text not null
  row_hash bytea not null
  payload uuid
  constraint audit_pkey PRIMARY KEY (id)
  constraint audit_row_hash_check CHECK ((length(row_hash) = 32))
  CREATE INDEX audit_action ON audit USING btree (action, id) WHERE (action IS NOT NULL)
  CREATE INDEX audit_kind ON audit USING btree (kind, id)
  CREATE INDEX audit_turn ON audit USING btree (turn, id) WHERE (turn IS NOT NULL)
  CREATE INDEX audit_xact ON audit USING btree (xact, id)
  CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()

table audit_link
  audit bigint not null
  chain text not null
  seq bigint not null
  previous bytea not null
  link_hash bytea not null
  at timestamp with time zone not null default clock_timestamp()
  constraint audit_link_audit_fkey FOREIGN KEY (audit) REFERENCES audit(id)
  constraint audit_link_chain_seq_key UNIQUE (chain, seq)
  constraint audit_link_pkey PRIMARY KEY (audit)
  CREATE TRIGGER audit_link_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_link FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()

table audit_payload
  id uuid not null
  body text not null
  salt bytea not null
  created_at timestamp with time zone not null default now()
  constraint audit_payload_pkey PRIMARY KEY (id)

table connecting
  id text not null
  system text not null
  person text not null
  browser text not null
  verifier bytea not null
  key_id text not null
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  constraint connecting_pkey PRIMARY KEY (id)
  CREATE INDEX connecting_old ON connecting USING btree (expires_at)

table connection_wait
  turn uuid not null
  system text not null
  person text not null
  state text not null default 'waiting'::text
  since timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  constraint connection_wait_pkey PRIMARY KEY (turn, system)
  constraint connection_wait_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'connected'::text, 'expired'::text, 'cancelled'::text])))
  constraint connection_wait_turn_fkey FOREIGN KEY (turn) REFERENCES turn(id)
  CREATE INDEX connection_wait_open ON connection_wait USING btree (person, system) WHERE (state = 'waiting'::text)

table conversation
  id text not null
  workspace text not null
  channel text not null
  thread_ts text not null
  kind text not null
  agent text
  muted boolean not null default false
  untrusted text[] not null default '{}'::text[]
  created_at timestamp with time zone not null default now()
  session text
  session_at timestamp with time zone
  overheard boolean not null default false
  titled boolean not null default false
  constraint conversation_kind_check CHECK ((kind = ANY (ARRAY['channel'::text, 'private'::text, 'dm'::text, 'group_dm'::text])))
  constraint conversation_pkey PRIMARY KEY (id)
  constraint conversation_session_check CHECK ((session = ANY (ARRAY['processing'::text, 'suspended'::text, 'active'::text])))
  CREATE INDEX conversation_session ON conversation USING btree (session_at) WHERE (session = ANY (ARRAY['processing'::text, 'suspended'::text]))

table correction
  turn uuid not null
  person text not null
  workspace text not null
  text text not null
  given text not null
  chosen text not null
  at timestamp with time zone not null default now()
  constraint correction_pkey PRIMARY KEY (turn, person)
  constraint correction_turn_fkey FOREIGN KEY (turn) REFERENCES turn(id)
  CREATE INDEX correction_new ON correction USING btree (workspace, at)

table feedback
  turn uuid not null
  person text not null
  name text not null
  verdict text not null
  reason text
  words text
  via text not null
  at timestamp with time zone not null default now()
  constraint feedback_pkey PRIMARY KEY (turn, person)
  constraint feedback_reason_check CHECK ((reason = ANY (ARRAY['wrong_data'::text, 'wrong_action'::text, 'too_slow'::text, 'not_permitted'::text, 'other'::text])))
  constraint feedback_turn_fkey FOREIGN KEY (turn) REFERENCES turn(id)
  constraint feedback_verdict_check CHECK ((verdict = ANY (ARRAY['up'::text, 'down'::text])))
  constraint feedback_via_check CHECK ((via = ANY (ARRAY['button'::text, 'reaction'::text])))

table form
  id uuid not null
  person text not null
  purpose text not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
  constraint form_pkey PRIMARY KEY (id)
  CREATE INDEX form_old ON form USING btree (expires_at)

table heard
  id text not null
  at timestamp with time zone not null default now()
  constraint heard_pkey PRIMARY KEY (id)

table identity
  system text not null
  person text not null
  workspace text not null
  account text not null
  username text not null
  groups text[] not null default '{}'::text[]
  access bytea
  refresh bytea
  key_id text
  fresh_until timestamp with time zone
  connected_at timestamp with time zone not null default now()
  looked_at timestamp with time zone not null default now()
  removed_at timestamp with time zone
  removed_why text
  groups_at timestamp with time zone not null default now()
  constraint identity_check CHECK (((removed_at IS NULL) = (access IS NOT NULL)))
  constraint identity_check1 CHECK (((access IS NULL) = (key_id IS NULL)))
  constraint identity_pkey PRIMARY KEY (system, person)
  CREATE INDEX identity_groups ON identity USING gin (groups) WHERE (removed_at IS NULL)
  CREATE INDEX identity_person ON identity USING btree (person) WHERE (removed_at IS NULL)
  CREATE UNIQUE INDEX identity_account ON identity USING btree (system, workspace, account) WHERE (removed_at IS NULL)

table inbox
  seq bigint not null generated always as identity
  id text not null
  conversation text not null
  kind text not null
  person text not null
  payload text not null
  received_at timestamp with time zone not null default now()
  turn uuid
  done_at timestamp with time zone
  attempts integer not null default 0
  retry_at timestamp with time zone
  dead_reason text
  edited text
  version integer not null default 0
  channel text not null default ''::text
  urgent boolean not null default false
  due timestamp with time zone not null default now()
  told integer
  told_at timestamp with time zone
  constraint inbox_kind_check CHECK ((kind = ANY (ARRAY['ask'::text, 'call'::text, 'offer'::text, 'outcome'::text])))
  constraint inbox_pkey PRIMARY KEY (id)
  constraint inbox_seq_key UNIQUE (seq)
  CREATE INDEX inbox_channel ON inbox USING btree (channel) WHERE (done_at IS NULL)
  CREATE INDEX inbox_line ON inbox USING btree (due) WHERE ((turn IS NULL) AND (done_at IS NULL))
  CREATE INDEX inbox_open ON inbox USING btree (conversation, seq) WHERE (done_at IS NULL)
  CREATE INDEX inbox_person ON inbox USING btree (person) WHERE (done_at IS NULL)
  CREATE INDEX inbox_turn ON inbox USING btree (turn) WHERE (done_at IS NULL)

table installation
  id text not null
  team text
  enterprise text
  name text not null
  bot text not null
  bot_id text not null
  token bytea
  key_id text
  installed_by text not null
  installed_at timestamp with time zone not null default now()
  removed_at timestamp with time zone
  removed_why text
  constraint installation_check CHECK ((((removed_at IS NULL) = (token IS NOT NULL)) AND ((token IS NULL) = (key_id IS NULL))))
  constraint installation_pkey PRIMARY KEY (id)

table mcp_request
  id uuid not null
  inbox text not null
  token text not null
  person text not null
  digest bytea not null
  created_at timestamp with time zone not null default now()
  constraint mcp_request_pkey PRIMARY KEY (id)
  constraint mcp_request_token_fkey FOREIGN KEY (token) REFERENCES mcp_token(id)
  CREATE INDEX mcp_request_same ON mcp_request USING btree (person, digest, created_at)

table mcp_server
  name text not null
  definitions text not null
  listed_at timestamp with time zone not null default now()
  constraint mcp_server_pkey PRIMARY KEY (name)

table mcp_token
  id text not null
  hash bytea not null
  workspace text not null
  person text not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  revoked_at timestamp with time zone
  last_used_at timestamp with time zone
  minute timestamp with time zone not null default now()
  calls integer not null default 0
  constraint mcp_token_hash_check CHECK ((length(hash) = 32))
  constraint mcp_token_hash_key UNIQUE (hash)
  constraint mcp_token_pkey PRIMARY KEY (id)
  CREATE INDEX mcp_token_person ON mcp_token USING btree (person) WHERE (revoked_at IS NULL)

table memory (unlogged)
  conversation text not null
  summary text not null
  recent text not null
  expires_at timestamp with time zone not null
  constraint memory_pkey PRIMARY KEY (conversation)

table migration
  id integer not null default nextval('migration_id_seq'::regclass)
  name character varying(255) not null
  run_on timestamp without time zone not null
  constraint migration_pkey PRIMARY KEY (id)

table offer
  id uuid not null
  turn uuid not null
  conversation text not null
  tool text not null
  args text not null
  label text not null
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  used_by text
  used_at timestamp with time zone
  form boolean not null default false
  constraint offer_pkey PRIMARY KEY (id)
  constraint offer_turn_fkey FOREIGN KEY (turn) REFERENCES turn(id)
  CREATE INDEX offer_turn ON offer USING btree (turn)

table opening
  id uuid not null
  request text not null
  workspace text not null
  channel text not null
  opened_at timestamp with time zone not null default now()
  constraint opening_pkey PRIMARY KEY (id)
  CREATE INDEX opening_by_time ON opening USING btree (opened_at)

table outbox
  seq bigint not null generated always as identity
  id uuid not null
  key text
  workspace text not null
  channel text not null
  thread_ts text
  kind text not null
  post uuid
  card uuid
  view text not null
  state text not null default 'pending'::text
  posted_channel text
  ts text
  attempts integer not null default 0
  error text
  created_at timestamp with time zone not null default now()
  sent_at timestamp with time zone
  pages text[]
  constraint outbox_key_key UNIQUE (key)
  constraint outbox_kind_check CHECK ((kind = ANY (ARRAY['post'::text, 'update'::text])))
  constraint outbox_pkey PRIMARY KEY (id)
  constraint outbox_seq_key UNIQUE (seq)
  constraint outbox_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text])))
  CREATE INDEX outbox_card ON outbox USING btree (card) WHERE (card IS NOT NULL)
  CREATE INDEX outbox_pending ON outbox USING btree (channel, seq) WHERE (state = 'pending'::text)
  CREATE INDEX outbox_posted ON outbox USING btree (posted_channel, ts) WHERE (ts IS NOT NULL)

table preview
  id uuid not null
  key text not null
  turn uuid not null
  token uuid not null
  owner text
  page integer not null
  workspace text not null
  channel text not null
  thread_ts text not null
  means text not null
  state text not null default 'opening'::text
  ts text
  said boolean not null default false
  opened_at timestamp with time zone not null default now()
  constraint preview_means_check CHECK ((means = ANY (ARRAY['stream'::text, 'post'::text])))
  constraint preview_pkey PRIMARY KEY (id)
  constraint preview_state_check CHECK ((state = ANY (ARRAY['opening'::text, 'open'::text, 'stopped'::text, 'taken'::text, 'leaving'::text, 'kept'::text, 'gone'::text])))
  constraint preview_turn_fkey FOREIGN KEY (turn) REFERENCES turn(id)
  CREATE INDEX preview_budget ON preview USING btree (workspace, means, opened_at)
  CREATE INDEX preview_key ON preview USING btree (key) WHERE (state = ANY (ARRAY['opening'::text, 'open'::text, 'stopped'::text, 'taken'::text]))
  CREATE INDEX preview_thread ON preview USING btree (channel, thread_ts) WHERE (ts IS NOT NULL)
  CREATE INDEX preview_unsettled ON preview USING btree (opened_at) WHERE (state = ANY (ARRAY['opening'::text, 'open'::text, 'stopped'::text, 'leaving'::text]))

table question
  id uuid not null
  turn uuid not null
  conversation text not null
  person text not null
  text text not null
  choices text not null
  call text
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  answered_by text
  answer text
  answered_at timestamp with time zone
  constraint question_pkey PRIMARY KEY (id)
  constraint question_turn_fkey FOREIGN KEY (turn) REFERENCES turn(id)
  CREATE INDEX question_open ON question USING btree (conversation, created_at) WHERE (answered_at IS NULL)
  CREATE UNIQUE INDEX question_turn ON question USING btree (turn)

table token_leaving
  id uuid not null
  system text not null
  person text not null
  access bytea not null
  refresh bytea
  key_id text not null
  attempts integer not null default 0
  retry_at timestamp with time zone not null default now()
  since timestamp with time zone not null default now()
  constraint token_leaving_pkey PRIMARY KEY (id)

table told
  person text not null
  what text not null
  at timestamp with time zone not null default now()
  constraint told_pkey PRIMARY KEY (person, what)

table turn
  id uuid not null
  conversation text not null
  state text not null
  token uuid
  owner text
  wake boolean not null default false
  shape text
  origin text not null
  principal text not null
  request text not null
  agent text
  route text
  answer text
  outcome text
  summary text
  planner text
  model_calls integer not null default 0
  tool_calls integer not null default 0
  tokens_in integer not null default 0
  tokens_out integer not null default 0
  attempts integer not null default 0
  retry_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  started_at timestamp with time zone
  waiting_at timestamp with time zone
  ended_at timestamp with time zone
  constraint turn_origin_check CHECK ((origin = ANY (ARRAY['chat'::text, 'slash'::text, 'automation'::text, 'mcp'::text])))
  constraint turn_pkey PRIMARY KEY (id)
  constraint turn_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text, 'done'::text, 'failed'::text, 'stopped'::text, 'detached'::text])))
  CREATE INDEX turn_conversation ON turn USING btree (conversation, created_at)
  CREATE INDEX turn_ended ON turn USING btree (conversation, ended_at) WHERE (answer IS NOT NULL)
  CREATE INDEX turn_lately ON turn USING brin (created_at)
  CREATE INDEX turn_open ON turn USING btree (state) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text]))

table vote
  action uuid not null
  person text not null
  voter text not null
  verdict text not null
  asks text not null
  reason text
  at timestamp with time zone not null default now()
  constraint vote_action_fkey FOREIGN KEY (action) REFERENCES action(id)
  constraint vote_pkey PRIMARY KEY (action, person)
  constraint vote_verdict_check CHECK ((verdict = ANY (ARRAY['approve'::text, 'reject'::text])))

table worker
  id text not null
  role text not null
  host text not null
  pid integer not null
  version text not null
  started_at timestamp with time zone not null default now()
  stopped_at timestamp with time zone
  constraint worker_pkey PRIMARY KEY (id)

CREATE OR REPLACE FUNCTION steward.alive(worker text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.classid = 7747 and l.objsubid = 2 and l.granted
      and l.database = (select oid from pg_database where datname = current_database())
      and l.objid::bigint = (hashtext(worker)::bigint & 4294967295))
$function$

CREATE OR REPLACE FUNCTION steward.audit_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'steward.% is append-only: % is refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end $function$

CREATE OR REPLACE FUNCTION steward.rests(workspace text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(bool_and(removed_at is not null), false)
  from steward.installation where id = any(string_to_array(workspace, '.'))
$function$
