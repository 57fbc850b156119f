import { createHash, randomBytes } from "node:crypto";
import type { Audit } from "../core/audit.ts";
import { type Principal, personKey } from "../core/principal.ts";
import type { Transact } from "../core/tx.ts";
import type { KnownToken, PersonRef, TokenInfo, TokenStore } from "./ports.ts";

/** A token is good for so long. */
const tokenDays = 30;
/** Tokens of one person at a time: one for each machine, and no more than anybody keeps track of. */
const tokensMax = 5;
const prefix = "steward_mcp_";
const tokenPattern = /^steward_mcp_[\w-]{43}$/;

/** What became of asking for a token. */
type Minted =
  | { kind: "minted"; token: string; id: string; expiresAt: Date }
  | { kind: "refused"; text: string };

/** The tokens by which people's own MCP clients call Steward. */
export interface Tokens {
  mint(person: Principal): Promise<Minted>;
  of(person: PersonRef): Promise<TokenInfo[]>;
  /** Ends one, or all; answers which. In force at once, on every replica. */
  revoke(person: Principal, id?: string): Promise<string[]>;
  /** Whose token it is, while it is good. */
  use(token: string): Promise<KnownToken | undefined>;
}

interface Parts {
  store: TokenStore;
  transact: Transact;
  audit: Audit;
  /** Why the rules forbid this person every tool; nothing where they leave any. */
  forbidden(principal: Principal): Promise<string | undefined>;
}

/** 256 random bits need no salt and no slow hash: nobody guesses them. */
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** Opens the room's tokens. A token is shown once; what is kept cannot be turned back into it. */
export const openTokens = ({ store, transact, audit, forbidden }: Parts): Tokens => ({
  mint: async (person) => {
    // Each call is decided anyway: all rules are asked only about those whom they mostly keep out. A command has seconds.
    const outsider = person.guest || person.external || !person.active;
    const why = outsider ? await forbidden(person) : undefined;
    if (why !== undefined || person.kind !== "person" || person.bot) {
      return { kind: "refused", text: `You get no token. ${why ?? "Only people do."}` };
    }
    if ((await store.good(person)).length >= tokensMax) {
      const text = `You have ${tokensMax} tokens already. End one first: /steward disconnect mcp <id>.`;
      return { kind: "refused", text };
    }
    const token = prefix + randomBytes(32).toString("base64url");
    const id = randomBytes(3).toString("hex");
    const expiresAt = await transact(async (tx) => {
      const until = await store.add(tx, { id, hash: hashOf(token), person, days: tokenDays });
      const fields = { token: id, until: until.toISOString() };
      await audit.appendIn(tx, { kind: "mcp_token.minted", actor: personKey(person), fields });
      return until;
    });
    return { kind: "minted", token, id, expiresAt };
  },
  of: (person) => store.good(person),
  revoke: (person, id) =>
    transact(async (tx) => {
      const ended = await store.revoke(tx, person, id);
      for (const token of ended) {
        await audit.appendIn(tx, { kind: "mcp_token.revoked", actor: personKey(person), fields: { token } });
      }
      return ended;
    }),
  use: (token) => (tokenPattern.test(token) ? store.use(hashOf(token)) : Promise.resolve(undefined)),
});
