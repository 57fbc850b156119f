import { openStore } from "./pool.ts";

/** Rows of each kind that are looked through, newest first. */
const rowsMax = 20_000;

const uses = `
  select tool, max(at) as at from (
    select (body::json -> 'fields' ->> 'tool') as tool, at from (
      select body, at from steward.audit where kind = 'read.done' order by id desc limit $1) reads
    union all
    select tool, created_at from (
      select tool, created_at from steward.action order by created_at desc limit $1) writes) used
  where tool is not null group by tool`;

/** When each tool was last called, as far as the newest records say. Throws where the database is away. */
export const lastUses = async (url: string): Promise<ReadonlyMap<string, Date>> => {
  const store = openStore({
    url,
    log: { warn: () => undefined },
    max: 1,
    connectMs: 2_000,
    statementMs: 5_000,
  });
  try {
    const { rows } = await store.pool.query<{ tool: string; at: Date }>(uses, [rowsMax]);
    return new Map(rows.map(({ tool, at }) => [tool, at]));
  } finally {
    await store.close();
  }
};
