import type { ConversationMemory, Exchange } from "../agent/types.ts";
import type { Transact } from "../core/tx.ts";
import {
  bounded,
  boundedExchange,
  clipped,
  memorySeconds,
  recentMax,
  summaryCharsMax,
} from "./recollection.ts";

interface Row {
  summary: string;
  recent: string;
}

const read = (row: Row): { summary: string; recent: Exchange[] } => ({
  summary: row.summary,
  recent: JSON.parse(row.recent) as Exchange[],
});

/**
 * The same memory on Postgres, for machines without Redis. One row a conversation; reading and appending are one
 * statement each, under the row's lock, so that two turns never lose one another's exchange.
 */
export const openPostgresMemory = (transact: Transact): ConversationMemory => {
  const put = (conversation: string, summary: string, recent: readonly Exchange[]): Promise<void> =>
    transact(async (tx) => {
      await tx.query(
        `insert into steward.memory (conversation, summary, recent, expires_at)
         values ($1, $2, $3, now() + make_interval(secs => $4))
         on conflict (conversation) do update
         set summary = excluded.summary, recent = excluded.recent, expires_at = excluded.expires_at`,
        [conversation, summary, JSON.stringify(recent), memorySeconds],
      );
    });

  return {
    load: (conversation) =>
      transact(async (tx) => {
        const { rows } = await tx.query<Row>(
          `select summary, recent from steward.memory where conversation = $1 and expires_at > now()`,
          [conversation],
        );
        return rows[0] && read(rows[0]);
      }),
    append: (conversation, exchange, summary) =>
      transact(async (tx) => {
        await tx.query(
          `insert into steward.memory (conversation, summary, recent, expires_at) values ($1, '', '[]', now())
           on conflict (conversation) do nothing`,
          [conversation],
        );
        const { rows } = await tx.query<Row>(
          `select summary, case when expires_at > now() then recent else '[]' end as recent
           from steward.memory where conversation = $1 for update`,
          [conversation],
        );
        const before = rows[0] === undefined ? [] : read(rows[0]).recent;
        const others = before.filter((held) => held.turn !== exchange.turn);
        await tx.query(
          `update steward.memory set summary = $2, recent = $3, expires_at = now() + make_interval(secs => $4)
           where conversation = $1`,
          [
            conversation,
            clipped(summary, summaryCharsMax),
            JSON.stringify([...others, boundedExchange(exchange)].slice(-recentMax)),
            memorySeconds,
          ],
        );
      }),
    restore: (conversation, recollection) => {
      const kept = bounded(recollection);
      return put(conversation, kept.summary, kept.recent);
    },
    forget: (conversation) =>
      transact(async (tx) => {
        await tx.query(`delete from steward.memory where conversation = $1`, [conversation]);
      }),
    close: () => Promise.resolve(),
  };
};
