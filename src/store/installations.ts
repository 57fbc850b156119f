import type pg from "pg";
import type { Installation, InstallationStore, KnownInstallation } from "../slack/install/ports.ts";
import type { Sealer } from "./seal.ts";

interface Row {
  id: string;
  team: string | null;
  enterprise: string | null;
  name: string;
  bot: string;
  bot_id: string;
  token: Buffer;
  key_id: string;
  installed_by: string;
}

/** What a sealed token is bound to. */
const about = (id: string): string => `the installation of ${id}`;

/** Installations in Postgres; tokens are there sealed alone. */
export const installationStore = (pool: pg.Pool, sealer: Sealer): InstallationStore => {
  const found = async (row: Row | undefined): Promise<Installation | undefined> => {
    if (row === undefined) return undefined;
    const { id, team, enterprise, name, bot, bot_id: botId, installed_by: installedBy } = row;
    const sealed = { keyId: row.key_id, bytes: row.token };
    const token = sealer.open(sealed, about(id));
    if (sealer.stale(sealed)) {
      const anew = sealer.seal(token, about(id));
      await pool.query(
        `update steward.installation set token = $2, key_id = $3 where id = $1 and key_id = $4 and token = $5`,
        [id, anew.bytes, anew.keyId, row.key_id, row.token],
      );
    }
    return { id, team, enterprise, name, bot, botId, token, installedBy };
  };
  return {
    of: async (workspace) => {
      const { rows } = await pool.query<Row>({
        name: "installation of",
        text: `select id, team, enterprise, name, bot, bot_id, token, key_id, installed_by from steward.installation
               where id = any($1::text[]) and removed_at is null order by team nulls last limit 1`,
        values: [workspace.split(".")],
      });
      return found(rows[0]);
    },
    known: async (id) => {
      const { rows } = await pool.query<KnownInstallation>(
        `select bot, removed_at is not null as removed from steward.installation where id = $1`,
        [id],
      );
      return rows[0];
    },
    keep: async (tx, { id, team, enterprise, name, bot, botId, token, installedBy }) => {
      const sealed = sealer.seal(token, about(id));
      await tx.query(
        `insert into steward.installation (id, team, enterprise, name, bot, bot_id, token, key_id, installed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update set team = $2, enterprise = $3, name = $4, bot = $5, bot_id = $6, token = $7,
           key_id = $8, installed_by = $9, installed_at = now(), removed_at = null, removed_why = null`,
        [id, team, enterprise, name, bot, botId, sealed.bytes, sealed.keyId, installedBy],
      );
    },
    remove: async (tx, id, why, at) => {
      const { rowCount } = await tx.query(
        `update steward.installation set token = null, key_id = null, removed_at = now(), removed_why = $2
         where id = $1 and removed_at is null and installed_at < $3::timestamptz + interval '1 second'`,
        // A late word of an earlier leave does not undo a new installation.
        [id, why, at],
      );
      return rowCount === 1;
    },
  };
};
