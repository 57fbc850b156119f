-- Buttons that open a form with their call, rather than make it: something is missing, or it should be seen first.

set local search_path = steward;

alter table offer add column form boolean not null default false;
