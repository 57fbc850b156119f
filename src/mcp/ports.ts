import type { Tx } from "../core/tx.ts";

/** Who a token speaks for: Slack's ids. */
export interface PersonRef {
  workspace: string;
  user: string;
}

/** A token as its person sees it; the token itself is kept by nobody but its person. */
export interface TokenInfo {
  /** Short, for people: `k3f9a2`. */
  id: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
}

/** A token that was shown just now. */
export interface KnownToken {
  id: string;
  person: PersonRef;
  /** Calls with it in this minute, this one included. */
  calls: number;
}

/** Tokens in Postgres, by their hashes. Times are the database's. */
export interface TokenStore {
  add(tx: Tx, token: { id: string; hash: Buffer; person: PersonRef; days: number }): Promise<Date>;
  /** Good ones, newest first. */
  good(person: PersonRef): Promise<TokenInfo[]>;
  /** Ends one, or all that are good; answers which. */
  revoke(tx: Tx, person: PersonRef, id?: string): Promise<string[]>;
  /** The token of this hash while it is good; counts the call. */
  use(hash: Buffer): Promise<KnownToken | undefined>;
}

/** How far a request is. */
export interface RequestState {
  id: string;
  conversation: { channel: string; threadTs: string } | null;
  turn: string | null;
  /** `beginning`: not recorded yet, and perhaps never; `stored`: no turn was made of it yet; `given_up`: none ever will be. */
  state:
    | "beginning"
    | "stored"
    | "queued"
    | "running"
    | "waiting"
    | "done"
    | "failed"
    | "stopped"
    | "detached"
    | "given_up";
  /** The turn's answer, or why it was given up. */
  text: string | null;
}

/** Writes that clients asked for. */
export interface RequestStore {
  /**
   * Stores a request before anything is done for it; `fresh` false: the same call of this person is open already, and
   * that one's id is answered.
   */
  begin(request: {
    id: string;
    inbox: string;
    token: string;
    person: PersonRef;
    digest: Buffer;
  }): Promise<{ id: string; fresh: boolean }>;
  /** Nothing came of it: the same may be asked at once. */
  forget(id: string): Promise<void>;
  /** Of this person alone. */
  state(id: string, person: PersonRef): Promise<RequestState | undefined>;
}
