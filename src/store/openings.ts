import type pg from "pg";
import type { OpeningStore, StrayOpening } from "../slack/opening.ts";

/** A call of Slack ends within ten seconds, and a request is stored within three: older ones surely are not. */
const ageSeconds = 15;
const sweptMax = 20;

/** Opening lines; see `OpeningStore`. */
export const openingStore = (pool: pg.Pool): OpeningStore => ({
  intend: async ({ id, request, workspace, channel }) => {
    await pool.query(
      `insert into steward.opening (id, request, workspace, channel) values ($1, $2, $3, $4)`,
      [id, request, workspace, channel],
    );
  },
  strays: async () => {
    await pool.query(
      `delete from steward.opening o using steward.inbox i
       where i.id = o.request and o.opened_at < now() - make_interval(secs => $1)
         and not exists (select from steward.opening other where other.request = o.request and other.id <> o.id)`,
      [ageSeconds],
    );
    const { rows } = await pool.query<StrayOpening>(
      `select o.id, o.workspace, o.channel, o.opened_at as "openedAt", i.conversation
       from steward.opening o left join steward.inbox i on i.id = o.request
       where o.opened_at < now() - make_interval(secs => $1) order by o.opened_at limit $2`,
      [ageSeconds, sweptMax],
    );
    return rows;
  },
  settled: async (id) => {
    await pool.query(`delete from steward.opening where id = $1`, [id]);
  },
});
