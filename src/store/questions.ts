import { randomUUID } from "node:crypto";
import type pg from "pg";
import { limits } from "../core/limits.ts";
import type { Choice, PendingCall } from "../core/question.ts";
import { storable } from "../core/text.ts";
import type { TurnRequest } from "../core/turn.ts";
import type { QuestionStore } from "../turn/question-ports.ts";
import { type AnswerPlaceRow, answerPlaceColumns, answerPlaceOf } from "./answer-place.ts";
import { addConverse } from "./jobs.ts";
import { updatePost } from "./outbox.ts";
import { idOf, personOf } from "./person-id.ts";
import { isUuid } from "./uuid.ts";

interface Row extends AnswerPlaceRow {
  id: string;
  turn: string;
  person: string;
  text: string;
  choices: string;
  call: string | null;
  request: string;
  answered_by: string | null;
  answer: string | null;
  expired: boolean;
}

/** Whether a question in a conversation is open to this person. */
export const isAsked =
  (pool: pg.Pool) =>
  async (conversation: string, person: { workspace: string; user: string }): Promise<boolean> => {
    const { rowCount } = await pool.query({
      name: "is asked",
      text: `select from steward.question
             where conversation = $1 and person = $2 and answered_at is null and expires_at > now() limit 1`,
      values: [conversation, idOf(person)],
    });
    return rowCount === 1;
  };

/** Questions to people. */
export const questionStore: QuestionStore = {
  add: async (tx, turn, conversation, person, { text, choices, call }) => {
    await tx.query(
      `insert into steward.question (id, turn, conversation, person, text, choices, call, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8)) on conflict (turn) do nothing`,
      [
        ...[randomUUID(), turn, conversation, idOf(person), storable(text), JSON.stringify(choices)],
        ...[call === undefined ? null : JSON.stringify(call), limits.approvalSecondsMax],
      ],
    );
  },
  lock: async (tx, id) => {
    if (!isUuid(id)) return undefined;
    const { rows } = await tx.query<Row>(
      `select q.id, q.turn, q.person, q.text, q.choices, q.call, t.request, q.answered_by, q.answer,
         q.expires_at <= now() as expired, ${answerPlaceColumns}
       from steward.question q join steward.turn t on t.id = q.turn
         join steward.conversation c on c.id = q.conversation
         left join steward.outbox p on p.key = 'answer:' || q.turn
       where q.id = $1 for update of q`,
      [id],
    );
    const [row] = rows;
    return (
      row && {
        ...{ id: row.id, turn: row.turn, person: personOf(row.person), text: row.text, expired: row.expired },
        choices: JSON.parse(row.choices) as Choice[],
        call: row.call === null ? null : (JSON.parse(row.call) as PendingCall),
        about: (JSON.parse(row.request) as TurnRequest).text,
        answered: row.answered_by === null ? null : { by: row.answered_by, answer: row.answer ?? "" },
        ...answerPlaceOf(row),
      }
    );
  },
  settle: async (tx, question, { by, answer }) => {
    await tx.query(
      `update steward.question set answered_by = $2, answer = $3, answered_at = now() where id = $1`,
      [question.id, storable(by), storable(answer)],
    );
    if (question.post !== null) await updatePost(tx, question.post.id);
  },
  goOn: async (tx, question, { kind, person, payload }) => {
    await tx.query(
      `insert into steward.inbox (id, conversation, kind, person, payload) values ($1, $2, $3, $4, $5)`,
      [
        ...[`question:${question.id}`, question.conversation.key, kind, idOf(person)],
        JSON.stringify(payload),
      ],
    );
    await addConverse(tx, question.conversation);
  },
};
