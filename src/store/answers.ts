import type pg from "pg";
import { z } from "zod";
import type { ConversationRef } from "../core/turn.ts";
import type { QuestionView } from "../slack/views/question.ts";
import type { ViewData } from "../slack/views/draw.ts";
import { editedView } from "./changes.ts";
import { stoppedTurn } from "./turn-stops.ts";

const outcomeSchema = z.looseObject({
  claims: z.boolean().default(false),
  notes: z.array(z.string()).default([]),
  sources: z
    .array(
      z.object({
        call: z.int(),
        title: z.string(),
        links: z.array(z.object({ label: z.string(), url: z.string() })),
      }),
    )
    .default([]),
});
const requestSchema = z.looseObject({ kind: z.string().default(""), text: z.string() });

interface Row {
  answer: string;
  outcome: string | null;
  request: string;
  kind: ConversationRef["kind"];
  agent: string | null;
  planner: string | null;
  model_calls: number;
  tokens: number;
  seconds: number;
  question: string | null;
  choices: string | null;
  fillable: boolean | null;
  answered_by: string | null;
  chosen: string | null;
}

const choicesSchema = z.array(z.object({ label: z.string() }));

const questionOf = (row: Row): { question?: QuestionView } =>
  row.question === null
    ? {}
    : {
        question: {
          id: row.question,
          choices: choicesSchema.parse(JSON.parse(row.choices ?? "[]")).map(({ label }) => label),
          fillable: row.fillable === true,
          answered: row.answered_by === null ? null : { by: row.answered_by, answer: row.chosen ?? "" },
        },
      };

/** What answers and receipts are drawn from. `titleOf` gives an agent's title by its name. */
export const answerViews = (
  pool: pg.Pool,
  titleOf: (agent: string) => string,
): Omit<ViewData, "connection"> => ({
  edited: (item) => editedView(pool, item),
  stopped: (turn) => stoppedTurn(pool, turn),
  async answer(turn) {
    const { rows } = await pool.query<Row>(
      `select t.answer, t.outcome, t.request, c.kind, t.agent, t.planner, t.model_calls,
         t.tokens_in + t.tokens_out as tokens,
         -- The wait for people is theirs: up to the wait, and from the last resume.
         extract(epoch from t.ended_at - case when t.waiting_at is null then t.created_at else t.started_at end
           + coalesce(t.waiting_at - t.created_at, interval '0'))::float8 as seconds
         , q.id as question, q.choices, q.call is not null as fillable, q.answered_by, q.answer as chosen
       from steward.turn t join steward.conversation c on c.id = t.conversation
         left join steward.question q on q.turn = t.id
       where t.id = $1 and t.answer is not null`,
      [turn],
    );
    const row = rows[0];
    if (row === undefined) return undefined;
    const offers = await pool.query<{ id: string; label: string; used_by: string | null }>(
      `select id, label, used_by from steward.offer where turn = $1 order by created_at, id`,
      [turn],
    );
    const request = requestSchema.parse(JSON.parse(row.request));
    const outcome = outcomeSchema.parse(JSON.parse(row.outcome ?? "{}"));
    return {
      turn,
      ask: request.text,
      routed: request.kind === "ask",
      kind: row.kind,
      text: row.answer,
      claims: outcome.claims,
      notes: outcome.notes,
      sources: outcome.sources,
      offers: offers.rows.map(({ id, label, used_by }) => ({ id, label, usedBy: used_by })),
      ...questionOf(row),
      agent: titleOf(row.agent ?? ""),
      planner: row.planner ?? "",
      seconds: row.seconds,
      modelCalls: row.model_calls,
      tokens: row.tokens,
    };
  },
});
