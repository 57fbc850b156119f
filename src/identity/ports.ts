import type { Tx } from "../core/tx.ts";

/** A person by Slack ids. */
export interface PersonRef {
  workspace: string;
  user: string;
}

/** A person as the actor of an audit row. */
export const nameOf = ({ workspace, user }: PersonRef): string => `slack:${workspace}/${user}`;

/** A person's account in another system, as they connected it. */
export interface Account {
  /** The tools' system: `gitlab`, `crm`. */
  system: string;
  person: PersonRef;
  /** The system's own id. */
  account: string;
  /** As the system's people know it: `anna`, `anna@example.com`. */
  username: string;
  /** Groups that the system says the person is in; of identity providers alone. */
  groups: readonly string[];
  connectedAt: Date;
}

/** What a system gave for an account. Secret: stands in memory only while it is used. */
export interface Tokens {
  access: string;
  refresh: string | null;
  /** The access token is good until then; null: until it is revoked. */
  freshUntil: Date | null;
}

/** An account with its tokens, its row locked. */
interface LockedAccount extends Account {
  tokens: Tokens;
  /** Its access token ends within a minute, by the database's clock. */
  stale: boolean;
}

/** A sign-in under way. Texts are stored as digests, the verifier sealed. */
interface NewSignIn {
  state: string;
  system: string;
  person: PersonRef;
  /** What the browser that began it was given to keep. */
  browser: string;
  verifier: string;
  seconds: number;
}

/** Tokens to be given back to their system. */
interface Leaving {
  id: string;
  system: string;
  tokens: Pick<Tokens, "access" | "refresh">;
}

/** Connected accounts as kept; store/ implements it, tokens sealed. Those with a `Tx` belong to the caller's transaction. */
export interface IdentityStore {
  begin(signIn: NewSignIn): Promise<void>;
  /** Uses a sign-in up: once, in time, from the browser that began it. */
  take(
    state: string,
    system: string,
    browser: string,
  ): Promise<{ person: PersonRef; verifier: string } | undefined>;
  /** Keeps an account in place of the person's earlier one; `taken`: it is another person's already. */
  keep(tx: Tx, account: Omit<Account, "connectedAt">, tokens: Tokens): Promise<"kept" | "taken">;
  /** Without their tokens, in the order of systems. */
  of(person: PersonRef): Promise<Account[]>;
  lock(tx: Tx, system: string, person: PersonRef): Promise<LockedAccount | undefined>;
  /** The tokens as they are now, without a lock; nothing where they end within a minute. */
  fresh(system: string, person: PersonRef): Promise<string | undefined>;
  /** New tokens for the old ones, under the row's lock. */
  renew(tx: Tx, system: string, person: PersonRef, tokens: Tokens): Promise<void>;
  /** What an identity provider says now. */
  setGroups(system: string, person: PersonRef, groups: readonly string[]): Promise<void>;
  /** Accounts that nobody has looked at for so long, oldest look first; each is marked as looked at. */
  lookAt(seconds: number, max: number): Promise<Account[]>;
  /** Not used any more from the commit on; its tokens are given back afterwards. Answers what it was. */
  remove(tx: Tx, system: string, person: PersonRef, why: string): Promise<Account | undefined>;
  /** Tokens that are due to be given back, taken for a minute. */
  leaving(max: number): Promise<Leaving[]>;
  left(id: string): Promise<void>;
}
