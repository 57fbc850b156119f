-- Raised when a message is edited before its turn begins: a run that has read the older words makes no turn of them.
alter table steward.inbox add column version integer not null default 0;
