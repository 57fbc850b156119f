import type { Principal } from "../core/principal.ts";
import type { ConversationRef } from "../core/turn.ts";
import type { Tx } from "../core/tx.ts";

/** How a turn's wait for an account of its person stands. */
export type ConnectionState = "waiting" | "connected" | "expired" | "cancelled";

/** What a turn waits for. */
interface ConnectionWait {
  turn: string;
  /** The tools' system. */
  system: string;
  person: Pick<Principal, "workspace" | "user">;
  conversation: ConversationRef;
  /** How long, in seconds. */
  seconds: number;
}

/** Turns that wait until their person has connected an account: stored, like an approval; store/ implements it. */
export interface ConnectionWaits {
  /**
   * R4: the wait, the line in the thread that says so, and the person's own message with the link. `connected`: the
   * account came meanwhile, so nobody will wake the turn; `standing`: it waits since an earlier run, and was said.
   */
  add(tx: Tx, wait: ConnectionWait): Promise<"waiting" | "standing" | "connected">;
  /** How a turn's waits stand, by system. */
  of(turn: string): Promise<Map<string, ConnectionState>>;
  /** The turn no longer waits, whatever for; what it said of it is drawn anew. Answers for which systems it did. */
  cancel(tx: Tx, turn: string): Promise<string[]>;
  /** R10: waits whose time is over end and wake their turns; those whose account is there wake theirs. */
  sweep(): Promise<number>;
}
