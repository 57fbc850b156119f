import type pg from "pg";
import type { ConversationRef } from "../core/turn.ts";
import type { LineStore } from "../turn/line.ts";

/** A request that is begun within this time, seconds, was never in line. */
const atOnceSeconds = 0.2;
/** A place that moved is told again after this long; one that did not before Slack clears the status by itself. Seconds. */
const movedSeconds = 10;
const repeatSeconds = 90;
/** Told in one go; the next ones a moment later. */
const tellMax = 100;

/**
 * Only the oldest row of a conversation that runs nothing is in line: the others wait for their own conversation. The
 * update claims what is told, so that of several workers one tells it.
 */
const statement = `
  with open as (
    select distinct on (i.conversation) i.id, i.conversation, i.urgent, i.due, i.seq, i.received_at, i.told, i.told_at
    from steward.inbox i
    where i.turn is null and i.done_at is null and coalesce(i.retry_at, '-infinity') <= now()
      and not exists (select from steward.inbox r where r.conversation = i.conversation and r.done_at is null
                        and r.turn is not null)
    order by i.conversation, i.seq),
  line as (
    select open.*, (row_number() over (order by urgent desc, due, seq) - 1)::int as before from open
    where received_at < now() - make_interval(secs => $1)),
  due as (
    select * from line
    where told_at is null or (told <> before and told_at < now() - make_interval(secs => $2))
      or told_at < now() - make_interval(secs => $3)
    order by told_at nulls first, before limit $4),
  claimed as (
    update steward.inbox i set told = due.before, told_at = now() from due
    where i.id = due.id and i.told_at is not distinct from due.told_at and i.turn is null and i.done_at is null
    returning i.conversation, due.before)
  select (select count(*) from line)::int as waiting, coalesce((
    select json_agg(json_build_object('before', claimed.before, 'conversation', json_build_object('key', c.id,
      'workspace', c.workspace, 'channel', c.channel, 'threadTs', c.thread_ts, 'kind', c.kind)))
    from claimed join steward.conversation c on c.id = claimed.conversation where not steward.rests(c.workspace)),
    '[]') as tell`;

/** The line of requests, by the order in which their jobs are taken. */
export const lineStore = (pool: pg.Pool): LineStore => ({
  next: async () => {
    const { rows } = await pool.query<{
      waiting: number;
      tell: { before: number; conversation: ConversationRef }[];
    }>({
      name: "line",
      text: statement,
      values: [atOnceSeconds, movedSeconds, repeatSeconds, tellMax],
    });
    return rows[0] ?? { waiting: 0, tell: [] };
  },
});
