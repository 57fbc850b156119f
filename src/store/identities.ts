import type pg from "pg";
import type { Tx } from "../core/tx.ts";
import type { Account, IdentityStore, PersonRef } from "../identity/ports.ts";
import type { Keys } from "./keys.ts";
import { leaveRow, leavingTokens } from "./leaving-tokens.ts";
import { idOf, personOf } from "./person-id.ts";
import { readerOn } from "./pool.ts";
import { type SealedRow, type TokenSeal, tokenSeal } from "./sealed-tokens.ts";
import { signIns } from "./sign-ins.ts";

interface AccountRow {
  system: string;
  person: string;
  account: string;
  username: string;
  groups: string[];
  connected_at: Date;
}

const accountColumns = `system, person, account, username, groups, connected_at`;
/** The live row of one person in one system. */
const theirs = `system = $1 and person = $2 and removed_at is null`;
/** An access token that ends within a minute is renewed first: a request may take that long. */
const isStale = `coalesce(fresh_until < now() + interval '60 seconds', false)`;

const accountOf = (row: AccountRow): Account => ({
  ...{ system: row.system, person: personOf(row.person), account: row.account, username: row.username },
  ...{ groups: row.groups, connectedAt: row.connected_at },
});

/** Who is connected as whom: changed in the caller's transaction. */
const changes = (seal: TokenSeal): Pick<IdentityStore, "keep" | "remove"> => ({
  keep: async (tx, { system, person, account, username, groups }, tokens) => {
    const id = idOf(person);
    // Two people who sign in with one account at the same time: the second sees the first.
    await tx.query(`select pg_advisory_xact_lock(7748, hashtext($1))`, [
      `${system}|${person.workspace}|${account}`,
    ]);
    const { rows } = await tx.query(
      `select from steward.identity
       where system = $1 and workspace = $2 and account = $3 and person <> $4 and removed_at is null`,
      [system, person.workspace, account, id],
    );
    if (rows.length > 0) return "taken";
    await leaveRow(tx, system, id);
    const row = await seal.seal(system, id, tokens);
    await tx.query(
      `insert into steward.identity (system, person, workspace, account, username, groups, access, refresh, key_id,
                                     fresh_until)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (system, person) do update set workspace = $3, account = $4, username = $5, groups = $6, access = $7,
         refresh = $8, key_id = $9, fresh_until = $10, connected_at = now(), looked_at = now(), groups_at = now(), removed_at = null,
         removed_why = null`,
      [
        ...[system, id, person.workspace, account, username, [...groups]],
        ...[row.access, row.refresh, row.key_id, tokens.freshUntil],
      ],
    );
    return "kept";
  },
  remove: async (tx, system, person, why) => {
    const id = idOf(person);
    // The row first, as a renewal does: what it is writing now leaves with it.
    const { rows } = await tx.query<AccountRow>(
      `select ${accountColumns} from steward.identity where ${theirs} for update`,
      [system, id],
    );
    if (rows[0] === undefined) return undefined;
    await leaveRow(tx, system, id);
    await tx.query(
      `update steward.identity set access = null, refresh = null, key_id = null, fresh_until = null, groups = '{}',
         removed_at = now(), removed_why = $3 where system = $1 and person = $2`,
      [system, id, why],
    );
    return accountOf(rows[0]);
  },
});

/** The tokens of those who are connected. */
const tokensOf = (reads: Tx, seal: TokenSeal): Pick<IdentityStore, "lock" | "fresh" | "renew"> => ({
  lock: async (tx, system, person) => {
    const { rows } = await tx.query<AccountRow & SealedRow & { stale: boolean; fresh_until: Date | null }>(
      `select ${accountColumns}, access, refresh, key_id, fresh_until, ${isStale} as stale
       from steward.identity where ${theirs} for update`,
      [system, idOf(person)],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const tokens = { ...(await seal.open(system, row.person, row)), freshUntil: row.fresh_until };
    return { ...accountOf(row), tokens, stale: row.stale };
  },
  fresh: async (system, person) => {
    const id = idOf(person);
    const { rows } = await reads.query<SealedRow>(
      `select access, refresh, key_id from steward.identity where ${theirs} and not ${isStale}`,
      [system, id],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const tokens = await seal.open(system, id, row);
    if (seal.stale(row)) {
      const anew = await seal.seal(system, id, tokens);
      await reads.query(
        `update steward.identity set access = $3, refresh = $4, key_id = $5 where ${theirs} and access = $6`,
        [system, id, anew.access, anew.refresh, anew.key_id, row.access],
      );
    }
    return tokens.access;
  },
  renew: async (tx, system, person, tokens) => {
    const id = idOf(person);
    const row = await seal.seal(system, id, tokens);
    await tx.query(
      `update steward.identity set access = $3, refresh = $4, key_id = $5, fresh_until = $6 where ${theirs}`,
      [system, id, row.access, row.refresh, row.key_id, tokens.freshUntil],
    );
  },
});

/** Connected accounts in Postgres; tokens are there sealed alone. */
export const identityStore = (pool: pg.Pool, keys: Keys): IdentityStore => {
  const reads = readerOn(pool);
  const seal = tokenSeal(keys);
  return {
    ...signIns(reads, keys),
    ...changes(seal),
    ...tokensOf(reads, seal),
    ...leavingTokens(reads, seal),
    of: async (person) => {
      const { rows } = await reads.query<AccountRow>(
        `select ${accountColumns} from steward.identity where person = $1 and removed_at is null order by system`,
        [idOf(person)],
      );
      return rows.map(accountOf);
    },
    setGroups: async (system, person, groups) => {
      await reads.query(`update steward.identity set groups = $3, groups_at = now() where ${theirs}`, [
        ...[system, idOf(person), [...groups]],
      ]);
    },
    lookAt: async (seconds, max) => {
      const { rows } = await reads.query<AccountRow>(
        `update steward.identity set looked_at = now()
         where (system, person) in (
           select system, person from steward.identity
           where removed_at is null and looked_at < now() - make_interval(secs => $1)
           order by looked_at limit $2 for update skip locked)
         returning ${accountColumns}`,
        [seconds, max],
      );
      return rows.map(accountOf);
    },
  };
};

/** The systems in which somebody has connected an account of their own: what the gate acts by. */
export const connectedSystems =
  (pool: pg.Pool) =>
  async (person: PersonRef): Promise<ReadonlyMap<string, string>> => {
    const { rows } = await pool.query<{ system: string; username: string }>({
      name: "connected systems",
      text: `select system, username from steward.identity where person = $1 and removed_at is null`,
      values: [idOf(person)],
    });
    return new Map(rows.map(({ system, username }) => [system, username]));
  };
