import type { Principal } from "../core/principal.ts";
import type { Tx } from "../core/tx.ts";
import type { LedgerVote, Votes } from "../gate/ports.ts";

interface VoteRow {
  action: string;
  person: string;
  voter: string;
  verdict: "approve" | "reject";
  asks: string;
  reason: string | null;
  at: Date;
}

const voteOf = (row: VoteRow): LedgerVote => ({
  ...row,
  voter: JSON.parse(row.voter) as Principal,
  asks: JSON.parse(row.asks) as string[],
});

const votesOf = async (db: Tx, action: string): Promise<LedgerVote[]> => {
  const { rows } = await db.query<VoteRow>(
    `select * from steward.vote where action = $1 order by at, person`,
    [action],
  );
  return rows.map(voteOf);
};

/** Votes: one a person and action, by the table's own key. */
export const votes = (db: Tx): Votes => ({
  of: (action) => votesOf(db, action),
  ofIn: votesOf,
  cast: async (tx, { action, person, voter, verdict, asks, reason }) => {
    const { rowCount } = await tx.query(
      `insert into steward.vote (action, person, voter, verdict, asks, reason)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (action, person) do update
         set verdict = 'reject', voter = excluded.voter, asks = excluded.asks, reason = excluded.reason, at = now()
         where vote.verdict = 'approve' and excluded.verdict = 'reject'`,
      [action, person, JSON.stringify(voter), verdict, JSON.stringify(asks), reason],
    );
    return rowCount === 1 ? "cast" : "already";
  },
});
