import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { JsonObject } from "../core/json.ts";
import { limits } from "../core/limits.ts";
import type { Principal } from "../core/principal.ts";
import { storable } from "../core/text.ts";
import type { Offer } from "../core/tool.ts";
import type { Tx } from "../core/tx.ts";
import type { OfferStore } from "../turn/ports.ts";
import { type AnswerPlaceRow, answerPlaceColumns, answerPlaceOf } from "./answer-place.ts";
import { addConverse } from "./jobs.ts";
import { updatePost } from "./outbox.ts";
import { isUuid } from "./uuid.ts";

/** The buttons under an answer, with the answer itself (R5). */
export const insertOffers = async (
  tx: Tx,
  turn: string,
  conversation: string,
  offers: readonly Offer[],
): Promise<void> => {
  if (offers.length === 0) return;
  await tx.query(
    `insert into steward.offer (id, turn, conversation, tool, args, label, form, expires_at)
     select o.id, $1, $2, o.tool, o.args, o.label, o.form, now() + make_interval(secs => $3)
     from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::boolean[]) as o(id, tool, args, label, form)`,
    [
      ...[turn, conversation, limits.approvalSecondsMax],
      offers.map(() => randomUUID()),
      offers.map((offer) => offer.tool),
      offers.map((offer) => JSON.stringify(offer.args)),
      offers.map((offer) => offer.label),
      offers.map((offer) => offer.form === true),
    ],
  );
};

/** The exact call of an offer. */
export const findOffer = async (
  pool: pg.Pool,
  id: string,
): Promise<{ tool: string; args: JsonObject; label: string } | undefined> => {
  const { rows } = await pool.query<{ tool: string; args: string; label: string }>(
    `select tool, args, label from steward.offer where id = $1`,
    [id],
  );
  return rows[0] && { ...rows[0], args: JSON.parse(rows[0].args) as JsonObject };
};

interface Row extends AnswerPlaceRow {
  id: string;
  turn: string;
  label: string;
  tool: string;
  args: string;
  form: boolean;
  used_by: string | null;
  expired: boolean;
}

const settle: OfferStore["settle"] = async (tx, offer, { name }) => {
  await tx.query(`update steward.offer set used_by = $2, used_at = now() where id = $1`, [
    offer.id,
    storable(name),
  ]);
  if (offer.post !== null) await updatePost(tx, offer.post.id);
};

/** Offers at the moment somebody presses one. */
export const offerStore: OfferStore = {
  lock: async (tx, offer) => {
    if (!isUuid(offer)) return undefined;
    const { rows } = await tx.query<Row>(
      `select o.id, o.turn, o.label, o.tool, o.args, o.form, o.used_by, o.expires_at <= now() as expired,
         ${answerPlaceColumns}
       from steward.offer o join steward.conversation c on c.id = o.conversation
       left join steward.outbox p on p.key = 'answer:' || o.turn
       where o.id = $1 for update of o`,
      [offer],
    );
    const [row] = rows;
    return (
      row && {
        ...{
          id: row.id,
          turn: row.turn,
          label: row.label,
          form: row.form,
          usedBy: row.used_by,
          expired: row.expired,
        },
        call: { tool: row.tool, args: JSON.parse(row.args) as JsonObject },
        ...answerPlaceOf(row),
      }
    );
  },
  settle,
  use: async (tx, offer, person: Principal) => {
    await settle(tx, offer, person);
    await tx.query(
      `insert into steward.inbox (id, conversation, kind, person, payload) values ($1, $2, 'offer', $3, $4)`,
      [
        ...[
          `offer:${offer.id}:${randomUUID()}`,
          offer.conversation.key,
          `${person.workspace}/${person.user}`,
        ],
        JSON.stringify({ offer: offer.id }),
      ],
    );
    await addConverse(tx, offer.conversation);
  },
  giveBack: async (tx, turn) => {
    const { rows } = await tx.query<{ id: string; post: string | null }>(
      `update steward.offer o set used_by = null, used_at = null
       from steward.inbox i
       where i.turn = $1 and i.done_at is null and i.kind = 'offer' and o.id = (i.payload::json ->> 'offer')::uuid
         and not exists (select from steward.action a where a.turn = $1 and a.state <> 'superseded')
       returning o.id, (select p.id from steward.outbox p where p.key = 'answer:' || o.turn) as post`,
      [turn],
    );
    const [given] = rows;
    if (given === undefined) return undefined;
    if (given.post !== null) await updatePost(tx, given.post);
    return given.id;
  },
};
