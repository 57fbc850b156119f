import type { Tx } from "../core/tx.ts";
import type { FeedbackStore, PostedAnswer } from "../turn/feedback.ts";
import { isUuid } from "./uuid.ts";

/** A reaction on an earlier page of an answer is looked for among so young ones. */
const pagesDays = 7;

interface Row {
  turn: string;
  conversation: string;
  channel: string | null;
  pages: string[];
  in_flight: boolean;
}

const columns = `t.id as turn, t.conversation, o.posted_channel as channel,
  coalesce(o.pages, case when o.ts is null then '{}' else array[o.ts] end) as pages,
  o.state = 'pending' as in_flight`;

const postedOf = (row: Row | undefined): PostedAnswer | undefined =>
  row && {
    ...{ turn: row.turn, conversation: row.conversation, inFlight: row.in_flight },
    ...{ channel: row.channel ?? "", pages: row.pages },
  };

const answerWhere = async (
  tx: Tx,
  where: string,
  values: readonly unknown[],
): Promise<PostedAnswer | undefined> => {
  const { rows } = await tx.query<Row>(
    `select ${columns} from steward.outbox o
     join steward.turn t on o.key = 'answer:' || t.id::text and t.id = (o.view::json ->> 'turn')::uuid
     where ${where} and o.view::json ->> 'view' = 'answer' limit 1`,
    values,
  );
  return postedOf(rows[0]);
};

/** What people say of answers. */
export const feedbackStore: FeedbackStore = {
  answerOf: async (tx, turn) => {
    if (!isUuid(turn)) return undefined;
    const { rows } = await tx.query<Row>(
      `select ${columns} from steward.turn t join steward.outbox o on o.key = 'answer:' || t.id::text
       where t.id = $1`,
      [turn],
    );
    return postedOf(rows[0]);
  },
  answerAt: async (tx, { channel, ts }) =>
    (await answerWhere(tx, `o.posted_channel = $1 and o.ts = $2`, [channel, ts])) ??
    answerWhere(
      tx,
      `o.posted_channel = $1 and $2 = any(o.pages) and o.created_at > now() - make_interval(days => $3)`,
      [channel, ts, pagesDays],
    ),
  put: async (tx, { turn, person, name, verdict, via }) => {
    await tx.query(
      `insert into steward.feedback (turn, person, name, verdict, via) values ($1, $2, $3, $4, $5)
       on conflict (turn, person) do update set name = excluded.name, via = excluded.via, at = now(),
         reason = case when feedback.verdict = excluded.verdict then feedback.reason end,
         words = case when feedback.verdict = excluded.verdict then feedback.words end,
         verdict = excluded.verdict`,
      [turn, person, name, verdict, via],
    );
  },
  explain: async (tx, { turn, person }, reason, words) => {
    if (!isUuid(turn)) return false;
    const { rowCount } = await tx.query(
      `update steward.feedback set reason = $3, words = nullif($4, ''), at = now()
       where turn = $1 and person = $2 and verdict = 'down'`,
      [turn, person, reason, words],
    );
    return rowCount === 1;
  },
  takeBack: async (tx, { turn, person, verdict }) => {
    const { rowCount } = await tx.query(
      `delete from steward.feedback where turn = $1 and person = $2 and verdict = $3 and via = 'reaction'`,
      [turn, person, verdict],
    );
    return rowCount === 1;
  },
};
