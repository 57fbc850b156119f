import type pg from "pg";
import type { PersonRef, RequestState, RequestStore, TokenInfo, TokenStore } from "../mcp/ports.ts";
import type { Transact } from "../core/tx.ts";
import { idOf, personOf } from "./person-id.ts";
import { readerOn } from "./pool.ts";

interface TokenRow {
  id: string;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
}

const isGood = `revoked_at is null and expires_at > now()`;

const infoOf = (row: TokenRow): TokenInfo => ({
  ...{ id: row.id, createdAt: row.created_at, expiresAt: row.expires_at, lastUsedAt: row.last_used_at },
});

/** Tokens of MCP clients; see `TokenStore`. */
export const mcpTokenStore = (pool: pg.Pool): TokenStore => {
  const reads = readerOn(pool);
  return {
    add: async (tx, { id, hash, person, days }) => {
      const { rows } = await tx.query<{ expires_at: Date }>(
        `insert into steward.mcp_token (id, hash, workspace, person, expires_at)
         values ($1, $2, $3, $4, now() + make_interval(days => $5)) returning expires_at`,
        [id, hash, person.workspace, idOf(person), days],
      );
      return rows[0]?.expires_at ?? new Date();
    },
    good: async (person) => {
      const { rows } = await reads.query<TokenRow>(
        `select id, created_at, expires_at, last_used_at from steward.mcp_token
         where person = $1 and ${isGood} order by created_at desc`,
        [idOf(person)],
      );
      return rows.map(infoOf);
    },
    revoke: async (tx, person, id) => {
      const { rows } = await tx.query<{ id: string }>(
        `update steward.mcp_token set revoked_at = now()
         where person = $1 and ($2::text is null or id = $2) and ${isGood} returning id`,
        [idOf(person), id ?? null],
      );
      return rows.map((row) => row.id);
    },
    use: async (hash) => {
      const { rows } = await reads.query<{ id: string; person: string; calls: number }>(
        `update steward.mcp_token set last_used_at = now(), minute = date_trunc('minute', now()),
           calls = case when minute = date_trunc('minute', now()) then calls + 1 else 1 end
         where hash = $1 and ${isGood} returning id, person, calls`,
        [hash],
      );
      const [row] = rows;
      return row && { id: row.id, person: personOf(row.person), calls: row.calls };
    },
  };
};

/** Seconds in which a request that has no row yet counts as open: its intake may be under way. */
const beginningSeconds = 60;

const openSame = `
  select r.id from steward.mcp_request r
  left join steward.inbox i on i.id = r.inbox left join steward.turn t on t.id = i.turn
  where r.person = $1 and r.digest = $2 and (
    r.created_at > now() - interval '${beginningSeconds} seconds'
    or (i.id is not null and (t.id is null and i.done_at is null
      or t.state in ('queued', 'running', 'waiting'))))
  order by r.created_at desc limit 1`;

interface StateRow {
  id: string;
  channel: string | null;
  thread_ts: string | null;
  turn: string | null;
  state: RequestState["state"] | null;
  answer: string | null;
  recorded: boolean;
  done: boolean | null;
  dead_reason: string | null;
}

const beforeATurn = ({ recorded, done }: StateRow): RequestState["state"] =>
  !recorded ? "beginning" : done === true ? "given_up" : "stored";

const stateOf = (row: StateRow): RequestState => ({
  id: row.id,
  conversation:
    row.channel === null || row.thread_ts === null ? null : { channel: row.channel, threadTs: row.thread_ts },
  turn: row.turn,
  state: row.state ?? beforeATurn(row),
  text: row.answer ?? row.dead_reason,
});

/** Requests of MCP clients; see `RequestStore`. */
export const mcpRequestStore = (pool: pg.Pool, transact: Transact): RequestStore => {
  const reads = readerOn(pool);
  return {
    begin: ({ id, inbox, token, person, digest }) =>
      transact(async (tx) => {
        const who = idOf(person);
        // Two clients that ask for the same at once are one: the later one waits and sees the first one's row.
        await tx.query(`select pg_advisory_xact_lock(7748, hashtext($1 || encode($2, 'hex')))`, [
          who,
          digest,
        ]);
        const { rows } = await tx.query<{ id: string }>(openSame, [who, digest]);
        if (rows[0] !== undefined) return { id: rows[0].id, fresh: false };
        await tx.query(
          `insert into steward.mcp_request (id, inbox, token, person, digest) values ($1, $2, $3, $4, $5)`,
          [id, inbox, token, who, digest],
        );
        return { id, fresh: true };
      }),
    forget: async (id) => {
      await reads.query(`delete from steward.mcp_request where id = $1`, [id]);
    },
    state: async (id, person: PersonRef) => {
      const { rows } = await reads.query<StateRow>(
        `select r.id, c.channel, c.thread_ts, i.turn, t.state, t.answer, i.id is not null as recorded,
           i.done_at is not null as done, i.dead_reason
         from steward.mcp_request r left join steward.inbox i on i.id = r.inbox
         left join steward.turn t on t.id = i.turn left join steward.conversation c on c.id = i.conversation
         where r.id = $1 and r.person = $2`,
        [id, idOf(person)],
      );
      return rows[0] && stateOf(rows[0]);
    },
  };
};

/** Requests and tokens that ended long ago; what was asked and done with them stands in the audit log. */
const keptDays = 30;

/** Forgets what no client can ask about any more. A request that is open is kept, however old. */
export const forgetOldMcp = async (pool: pg.Pool): Promise<void> => {
  const reads = readerOn(pool);
  await reads.query(
    `delete from steward.mcp_request r where r.created_at < now() - make_interval(days => $1)
     and not exists (select from steward.inbox i join steward.turn t on t.id = i.turn
       where i.id = r.inbox and t.state in ('queued', 'running', 'waiting'))`,
    [keptDays],
  );
  await reads.query(
    `delete from steward.mcp_token k where coalesce(revoked_at, expires_at) < now() - make_interval(days => $1)
     and not exists (select from steward.mcp_request r where r.token = k.id)`,
    [keptDays],
  );
};

/** What MCP servers listed last; the definitions are exact, since a pin is held against them. */
export const mcpDefinitions = (pool: pg.Pool) => {
  const reads = readerOn(pool);
  return {
    load: async (server: string): Promise<unknown[] | undefined> => {
      const { rows } = await reads.query<{ definitions: string }>(
        `select definitions from steward.mcp_server where name = $1`,
        [server],
      );
      return rows[0] && (JSON.parse(rows[0].definitions) as unknown[]);
    },
    save: async (server: string, definitions: readonly unknown[]): Promise<void> => {
      await reads.query(
        `insert into steward.mcp_server (name, definitions) values ($1, $2)
         on conflict (name) do update set definitions = excluded.definitions, listed_at = now()`,
        [server, JSON.stringify(definitions)],
      );
    },
  };
};
