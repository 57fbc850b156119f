import type pg from "pg";
import { limits } from "../core/limits.ts";
import type { FormPurpose, FormRecord, FormStore } from "../turn/form-ports.ts";
import { requestOfForm } from "../core/turn.ts";
import { addConverse } from "./jobs.ts";
import { idOf, personOf } from "./person-id.ts";
import { isUuid } from "./uuid.ts";

/** How long an expired form is remembered, so that its submission is told why it does not count. */
const rememberedSeconds = 24 * 60 * 60;

interface Row {
  id: string;
  person: string;
  purpose: string;
  used: boolean;
  expired: boolean;
}

const columns = `id, person, purpose, used_at is not null as used, expires_at <= now() as expired`;

const formOf = (row: Row): FormRecord => ({
  ...{ id: row.id, person: personOf(row.person), used: row.used, expired: row.expired },
  purpose: JSON.parse(row.purpose) as FormPurpose,
});

/** Forms that are open. */
export const formStore = (pool: pg.Pool): FormStore => ({
  add: async ({ id, person, purpose }) => {
    await pool.query({
      name: "form add",
      text: `with old as (delete from steward.form where expires_at < now() - make_interval(secs => $5))
             insert into steward.form (id, person, purpose, expires_at)
             values ($1, $2, $3, now() + make_interval(secs => $4))`,
      values: [
        ...[id, idOf(person), JSON.stringify(purpose)],
        ...[limits.approvalSecondsMax, rememberedSeconds],
      ],
    });
  },
  find: async (id) => {
    if (!isUuid(id)) return undefined;
    const { rows } = await pool.query<Row>({
      name: "form find",
      text: `select ${columns} from steward.form where id = $1`,
      values: [id],
    });
    return rows[0] && formOf(rows[0]);
  },
  lock: async (tx, id) => {
    if (!isUuid(id)) return undefined;
    const { rows } = await tx.query<Row>(`select ${columns} from steward.form where id = $1 for update`, [
      id,
    ]);
    return rows[0] && formOf(rows[0]);
  },
  use: async (tx, form, { conversation, payload }) => {
    const { key, workspace, channel, threadTs, kind } = conversation;
    await tx.query(
      `insert into steward.conversation (id, workspace, channel, thread_ts, kind) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
      [key, workspace, channel, threadTs, kind],
    );
    await tx.query(
      `insert into steward.inbox (id, conversation, kind, person, payload) values ($1, $2, 'call', $3, $4)`,
      [requestOfForm(form.id), key, idOf(form.person), JSON.stringify(payload)],
    );
    await addConverse(tx, conversation);
    await tx.query(`update steward.form set used_at = now() where id = $1`, [form.id]);
  },
});
