import type { Transact, Tx } from "../core/tx.ts";
import { chainOrigin, linkHash } from "./row.ts";

/** Rows linked in one transaction. */
const batchMax = 500;

interface Head {
  seq: bigint;
  hash: Buffer;
  /** Transaction and id of the last linked row: everything up to here has its place. */
  xact: string;
  audit: string;
}

const headOf = async (tx: Tx, chain: string): Promise<Head> => {
  const { rows } = await tx.query<{ seq: string; link_hash: Buffer; xact: string; audit: string }>(
    `select l.seq, l.link_hash, a.xact::text as xact, a.id as audit
     from steward.audit_link l join steward.audit a on a.id = l.audit
     where l.chain = $1 order by l.seq desc limit 1`,
    [chain],
  );
  const head = rows[0];
  if (head === undefined) return { seq: 0n, hash: chainOrigin, xact: "0", audit: "0" };
  return { seq: BigInt(head.seq), hash: head.link_hash, xact: head.xact, audit: head.audit };
};

/**
 * Gives committed rows their place in the chain. Runs after commit, so that no writer waits in line for another; an
 * advisory lock lets one process at a time do it. Identity values commit out of order, so rows are taken in the order
 * of (transaction, id), and only from transactions older than every open one: none of an earlier place can appear
 * later. Answers how many rows were linked.
 */
export const linkRows = (transact: Transact, chain = "main"): Promise<number> =>
  transact(async (tx) => {
    const lock = await tx.query<{ got: boolean }>(
      `select pg_try_advisory_xact_lock(7748, hashtext($1)) as got`,
      [chain],
    );
    if (lock.rows[0]?.got !== true) return 0;
    const head = await headOf(tx, chain);
    const { rows } = await tx.query<{ id: string; row_hash: Buffer }>(
      `select id, row_hash from steward.audit
       where (xact, id) > ($1::xid8, $2::bigint) and xact < pg_snapshot_xmin(pg_current_snapshot())
       order by xact, id limit $3`,
      [head.xact, head.audit, batchMax],
    );
    if (rows.length === 0) return 0;
    const links = chained(chain, head, rows);
    await tx.query(
      `insert into steward.audit_link (audit, chain, seq, previous, link_hash)
       select a, $2, s, p, h from unnest($1::bigint[], $3::bigint[], $4::bytea[], $5::bytea[]) as l(a, s, p, h)`,
      [
        links.map((l) => l.audit),
        chain,
        links.map((l) => l.seq),
        links.map((l) => l.previous),
        links.map((l) => l.hash),
      ],
    );
    return rows.length;
  });

const chained = (chain: string, head: Head, rows: readonly { id: string; row_hash: Buffer }[]) => {
  let { seq, hash } = head;
  return rows.map((row) => {
    const previous = hash;
    seq += 1n;
    hash = linkHash(chain, seq, previous, row.row_hash);
    return { audit: row.id, seq: String(seq), previous, hash };
  });
};
