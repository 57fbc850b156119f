import { NeedsConnectionError } from "../core/errors.ts";
import type { Transact, Tx } from "../core/tx.ts";
import { GrantGoneError, type SignIn } from "./oauth.ts";
import type { IdentityStore, PersonRef } from "./ports.ts";

interface RenewalParts {
  store: Pick<IdentityStore, "lock" | "renew" | "fresh">;
  transact: Transact;
  signInOf(system: string): SignIn;
  /** Ends a connection in the caller's transaction, with its audit row. */
  removeIn(tx: Tx, system: string, person: PersonRef, why: string, actor: string): Promise<boolean>;
}

/** Access tokens as they are used. */
export interface Renewal {
  /** The access token of a person, renewed where its time is over. Throws `NeedsConnectionError`. */
  token(system: string, person: PersonRef): Promise<string>;
  /** The system refused the token as such: renewed where that helps, else the account is no longer connected. */
  refused(system: string, person: PersonRef, token: string): Promise<void>;
}

/** Renews tokens: one at a time for an account, over all processes, because a refresh token is good once. */
export const openRenewal = ({ store, transact, signInOf, removeIn }: RenewalParts): Renewal => {
  /** The row is locked while the system is asked; nothing where the account is not connected, or no longer. */
  const renewed = (system: string, person: PersonRef, refused?: string): Promise<string | undefined> =>
    transact(async (tx) => {
      const locked = await store.lock(tx, system, person);
      if (locked === undefined) return undefined;
      const { tokens, stale } = locked;
      // Renewed by somebody else while this one waited for the row.
      if (!stale && tokens.access !== refused) return tokens.access;
      try {
        if (tokens.refresh === null) throw new GrantGoneError(system);
        const fresh = await signInOf(system).refresh(tokens.refresh);
        await store.renew(tx, system, person, { ...fresh, refresh: fresh.refresh ?? tokens.refresh });
        return fresh.access;
      } catch (error) {
        if (!(error instanceof GrantGoneError)) throw error;
        await removeIn(tx, system, person, "the system no longer accepts it", "steward");
        return undefined;
      }
    });
  return {
    token: async (system, person) => {
      const token = (await store.fresh(system, person)) ?? (await renewed(system, person));
      if (token === undefined) throw new NeedsConnectionError(system);
      return token;
    },
    refused: async (system, person, token) => void (await renewed(system, person, token)),
  };
};
