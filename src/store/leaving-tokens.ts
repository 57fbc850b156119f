import { randomUUID } from "node:crypto";
import type { Tx } from "../core/tx.ts";
import type { IdentityStore } from "../identity/ports.ts";
import type { SealedRow, TokenSeal } from "./sealed-tokens.ts";

/** Tokens of a live row leave it, in the transaction that gives it others or none; given back after the commit. */
export const leaveRow = async (tx: Tx, system: string, person: string): Promise<void> => {
  await tx.query(
    `insert into steward.token_leaving (id, system, person, access, refresh, key_id)
     select $3, system, person, access, refresh, key_id from steward.identity
     where system = $1 and person = $2 and removed_at is null`,
    [system, person, randomUUID()],
  );
};

/** Tokens to be given back: tried again with growing pauses, for a week; by then their system has ended them itself. */
export const leavingTokens = (reads: Tx, seal: TokenSeal): Pick<IdentityStore, "leaving" | "left"> => ({
  leaving: async (max) => {
    const { rows } = await reads.query<SealedRow & { id: string; system: string; person: string }>(
      `with late as (delete from steward.token_leaving where since < now() - interval '7 days')
       update steward.token_leaving set attempts = attempts + 1,
         retry_at = now() + make_interval(secs => least(3600, 60 * 2 ^ least(attempts, 6)))
       where id in (select id from steward.token_leaving where retry_at <= now() order by since limit $1
                    for update skip locked)
       returning id, system, person, access, refresh, key_id`,
      [max],
    );
    const due = rows.map(async (row) => ({
      ...{ id: row.id, system: row.system, tokens: await seal.open(row.system, row.person, row) },
    }));
    // One that no key opens any more is nobody's to give back; the others do not wait for it.
    return (await Promise.allSettled(due)).flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  },
  left: async (id) => {
    await reads.query(`delete from steward.token_leaving where id = $1`, [id]);
  },
});
