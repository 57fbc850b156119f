-- Conversation memory where there is no Redis: one row a conversation, constant size.
create unlogged table steward.memory (
  conversation text primary key,
  summary text not null,
  recent text not null,                      -- JSON: Exchange[]
  expires_at timestamptz not null
);
