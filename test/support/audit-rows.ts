import type { Steward } from "../steward.ts";

/** An audit row as a test reads it. */
export interface AuditRead {
  kind: string;
  actor: string;
  fields: Record<string, unknown>;
  payload: Record<string, unknown> | null;
}

/** The audit rows of one kind (`click.%` for several), oldest first. */
export const auditRows = async (
  { database }: Pick<Steward, "database">,
  kind: string,
): Promise<AuditRead[]> => {
  const { rows } = await database.pool.query<{
    kind: string;
    actor: string;
    body: string;
    payload: string | null;
  }>(
    `select a.kind, a.actor, a.body, p.body as payload
     from steward.audit a left join steward.audit_payload p on p.id = a.payload
     where a.kind like $1 order by a.id`,
    [kind],
  );
  return rows.map(({ body, payload, ...row }) => ({
    ...row,
    fields: (JSON.parse(body) as { fields: Record<string, unknown> }).fields,
    payload: payload === null ? null : (JSON.parse(payload) as Record<string, unknown>),
  }));
};
