import type pg from "pg";

/** The workspace key of an action's conversation; undefined for an action that is not there. */
export const workspaceOfAction = async (pool: pg.Pool, action: string): Promise<string | undefined> => {
  const { rows } = await pool.query<{ workspace: string }>({
    name: "workspace of action",
    text: `select split_part(conversation, '/', 1) as workspace from steward.action where id = $1`,
    values: [action],
  });
  return rows[0]?.workspace;
};
