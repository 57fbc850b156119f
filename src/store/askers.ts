import type pg from "pg";
import type { AskerTokens } from "../slack/tool/ports.ts";
import { idOf } from "./person-id.ts";

/** How long the right that came with somebody's words is used: longer than a turn, shorter than a meeting. */
const keptMinutes = 15;

/** The rights to search that came with people's words: the newest of each, for minutes. */
export const askerTokens = (pool: pg.Pool): AskerTokens => ({
  keep: async (person, token) => {
    await pool.query({
      name: "keep asker",
      text: `insert into steward.asker (person, token) values ($1, $2)
             on conflict (person) do update set token = excluded.token, heard_at = now()`,
      values: [idOf(person), token],
    });
  },
  of: async (person) => {
    const { rows } = await pool.query<{ token: string }>({
      name: "asker",
      text: `select token from steward.asker
             where person = $1 and heard_at > now() - interval '${keptMinutes} minutes'`,
      values: [idOf(person)],
    });
    return rows[0]?.token;
  },
  forget: async () => {
    await pool.query(`delete from steward.asker where heard_at <= now() - interval '${keptMinutes} minutes'`);
  },
});
