-- A person gave the conversation a title of their own: Steward does not write over it.
alter table steward.conversation add column titled boolean not null default false;
