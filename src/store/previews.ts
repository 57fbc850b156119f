import type pg from "pg";
import type {
  Previewed,
  PreviewStore,
  SessionState,
  SessionStore,
  StrayPreview,
} from "../slack/delivery/ports.ts";

/** A call of Slack ends within ten seconds: an opening that is older than this, in seconds, learns its ts no more. */
const openingSeconds = 15;
/** What is younger, in seconds, is on its ordinary way. */
const ageSeconds = 5;
const sweptMax = 20;
/** Settled rows are kept this long, in minutes, for the budget's count. */
const keptMinutes = 60;

/**
 * The intent, under three conditions that are seen in one statement with it. The turn's row is locked: a turn that ends
 * meanwhile ends after the intent, and its answer's sender sees it, or before, and there is none.
 */
const intendStatement = `
  insert into steward.preview (id, key, turn, token, owner, page, workspace, channel, thread_ts, means)
  select $1, 'answer:' || t.id, t.id, t.token, t.owner, $4, $5, $6, $7, $8 from steward.turn t
  where t.id = $2 and t.token = $3 and t.state = 'running'
    and not exists (select from steward.outbox o where o.channel = $6 and o.state = 'pending' and o.thread_ts = $7)
    and (select count(*) from steward.preview p
         where p.workspace = $5 and p.means = $8 and p.opened_at > now() - interval '1 minute') < $9
  for share of t`;

/** Previews whose run is over or gone, and that no answer on its way will make pages of; or half taken back already. */
const straysStatement = `
  select p.id, p.means, p.state, p.ts, p.opened_at as "openedAt", p.workspace, p.channel, p.thread_ts as "threadTs",
    t.conversation, t.state = 'stopped' and p.said and p.means = 'stream' as keep
  from steward.preview p join steward.turn t on t.id = p.turn
  where p.state in ('opening', 'open', 'stopped', 'leaving')
    and (p.turn = $1 or ($1 is null and p.opened_at < now() - make_interval(secs => $2)))
    and not (t.state = 'running' and t.token = p.token and steward.alive(t.owner))
    and not exists (select from steward.outbox o where o.key = p.key and o.state = 'pending')
  order by p.opened_at limit $3`;

/** Messages of running turns and of their answers; see `PreviewStore`. */
export const previewStore = (pool: pg.Pool): PreviewStore => ({
  intend: async ({ id, turn, token, page, workspace, channel, threadTs, means }, perMinuteMax) => {
    const { rowCount } = await pool.query({
      name: "preview intend",
      text: intendStatement,
      values: [id, turn, token, page, workspace, channel, threadTs, means, perMinuteMax],
    });
    return rowCount === 1;
  },
  opened: async (id, ts) => {
    // A stream has opened the conversation's session: noted, so that it is ended even where the stream ends by itself.
    await pool.query(
      `with opened as (
         update steward.preview set ts = $2, state = case state when 'opening' then 'open' else state end
         where id = $1 returning turn, means)
       update steward.conversation c set session = 'processing', session_at = now()
       from opened join steward.turn t on t.id = opened.turn
       where opened.means = 'stream' and c.id = t.conversation`,
      [id, ts],
    );
  },
  take: async (ids) => {
    const { rows } = await pool.query<Previewed>(
      `with was as (
         select id, state from steward.preview
         where id = any($1::uuid[]) and state in ('opening', 'open', 'stopped', 'taken') for update)
       update steward.preview p set state = 'taken' from was where p.id = was.id
       returning p.id, p.means, p.ts, p.opened_at as "openedAt", was.state = 'stopped' as stopped,
         p.ts is null and p.opened_at > now() - make_interval(secs => $2) and p.owner is not null and steward.alive(p.owner)
           as opening`,
      [ids, openingSeconds],
    );
    return rows.toSorted((a, b) => a.openedAt.getTime() - b.openedAt.getTime());
  },
  leave: async (id) => {
    const { rowCount } = await pool.query(
      `update steward.preview set state = 'leaving' where id = $1 and state in ('opening', 'open', 'stopped', 'leaving')`,
      [id],
    );
    return rowCount === 1;
  },
  lost: async (id) => {
    await pool.query(`update steward.preview set owner = null where id = $1`, [id]);
  },
  said: async (id) => {
    await pool.query(`update steward.preview set said = true where id = $1`, [id]);
  },
  settle: async (id, state) => {
    await pool.query(
      `update steward.preview set state = $2 where id = $1 and state in ('opening', 'open', 'stopped', 'leaving')`,
      [id, state],
    );
  },
  known: async (channel, threadTs) => {
    const { rows } = await pool.query<{ ts: string }>(
      `select ts from steward.preview where channel = $1 and thread_ts = $2 and ts is not null
       union select unnest(coalesce(pages, array[ts])) from steward.outbox
       where posted_channel = $1 and thread_ts = $2 and ts is not null`,
      [channel, threadTs],
    );
    return new Set(rows.map(({ ts }) => ts));
  },
  strays: async (turn) => {
    const { rows } = await pool.query<StrayPreview>(straysStatement, [turn ?? null, ageSeconds, sweptMax]);
    if (turn === undefined) {
      await pool.query(
        `delete from steward.preview where state in ('taken', 'kept', 'gone')
           and opened_at < now() - make_interval(mins => $1)`,
        [keptMinutes],
      );
    }
    return rows;
  },
});

/** A conversation's session as its turns make it. */
const due = `case
  when exists (select from steward.turn t where t.conversation = c.id and t.state = 'running') then 'processing'
  when exists (select from steward.turn t where t.conversation = c.id and t.state = 'waiting') then 'suspended'
  else 'active' end`;

/** Sessions; see `SessionStore`. */
export const sessionStore = (pool: pg.Pool): SessionStore => ({
  state: async (conversation) => {
    const { rows } = await pool.query<SessionState>(
      `select ${due} as due, c.session as told, c.titled from steward.conversation c where c.id = $1`,
      [conversation],
    );
    return rows[0] ?? { due: "active", told: null, titled: false };
  },
  tell: async (conversation, status) => {
    await pool.query(`update steward.conversation set session = $2, session_at = now() where id = $1`, [
      conversation,
      status,
    ]);
  },
  stale: async () => {
    const { rows } = await pool.query<{ conversation: string; channel: string; threadTs: string }>(
      `select c.id as conversation, c.channel, c.thread_ts as "threadTs" from steward.conversation c
       where c.session in ('processing', 'suspended') and c.session_at < now() - make_interval(secs => $1)
         and c.session <> ${due}
       order by c.session_at limit $2`,
      [ageSeconds, sweptMax],
    );
    return rows;
  },
});
