import { createHash } from "node:crypto";
import type { Tx } from "../core/tx.ts";
import type { IdentityStore } from "../identity/ports.ts";
import type { Keys } from "./keys.ts";
import { idOf, personOf } from "./person-id.ts";
import { aboutSealed } from "./sealed-tokens.ts";

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Sign-ins under way: what is secret in them is a digest, or sealed. */
export const signIns = (reads: Tx, keys: Keys): Pick<IdentityStore, "begin" | "take"> => ({
  begin: async ({ state, system, person, browser, verifier, seconds }) => {
    const id = idOf(person);
    const { keyId, bytes } = await keys.seal(verifier, aboutSealed(system, id, "verifier"));
    await reads.query(
      `with old as (delete from steward.connecting where expires_at < now() - interval '1 day')
       insert into steward.connecting (id, system, person, browser, verifier, key_id, expires_at)
       values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))`,
      [digestOf(state), system, id, digestOf(browser), bytes, keyId, seconds],
    );
  },
  take: async (state, system, browser) => {
    const { rows } = await reads.query<{ person: string; verifier: Buffer; key_id: string }>(
      `update steward.connecting set used_at = now()
       where id = $1 and system = $2 and browser = $3 and used_at is null and expires_at > now()
       returning person, verifier, key_id`,
      [digestOf(state), system, digestOf(browser)],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const sealed = { keyId: row.key_id, bytes: row.verifier };
    const verifier = await keys.open(sealed, aboutSealed(system, row.person, "verifier"));
    return { person: personOf(row.person), verifier };
  },
});
