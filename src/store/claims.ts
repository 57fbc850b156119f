import type pg from "pg";
import type { Claims } from "../gate/policy/group-sources.ts";
import { idOf, personOf } from "./person-id.ts";

/** An identity provider's word that was not repeated for an hour counts for nothing. */
const fresh = `removed_at is null and groups_at > now() - interval '1 hour'`;

/** What an identity provider said of people who signed in there. */
export const claimsOf = (pool: pg.Pool, provider: string): Claims => ({
  of: async (person) => {
    const { rows } = await pool.query<{ groups: string[] }>({
      name: "claims of",
      text: `select groups from steward.identity where system = $1 and person = $2 and ${fresh}`,
      values: [provider, idOf(person)],
    });
    return rows[0]?.groups ?? [];
  },
  people: async (workspace, group) => {
    const { rows } = await pool.query<{ person: string }>(
      `select person from steward.identity
       where system = $1 and workspace = $2 and groups @> array[$3] and ${fresh} order by person limit 200`,
      [provider, workspace, group],
    );
    return rows.map(({ person }) => personOf(person).user);
  },
});
